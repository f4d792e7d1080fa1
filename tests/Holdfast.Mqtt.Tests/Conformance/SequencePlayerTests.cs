using Holdfast.Conformance;
using Holdfast.Testing;
using Xunit;

namespace Holdfast.Mqtt.Tests.Conformance;

/// <summary>The player of mosquitto's packet sequences, on some of our own in the same form.</summary>
public sealed class SequencePlayerTests
{
    private static readonly string Ours = SourceTree.PathOf("tests/Holdfast.Mqtt.Tests/Conformance/sequences.json");

    [Fact]
    public async Task A_broker_set_up_for_them_passes()
    {
        await using var broker = await SuiteBroker.StartAsync(SuiteBroker.Mosquitto, CancellationToken.None);
        var player = new SequencePlayer(broker.EndPoint);
        var sequences = SequenceFile.Read(Ours);
        Assert.Equal(4, sequences.Count);
        foreach (var sequence in sequences)
        {
            Assert.Null(await player.PlayAsync(sequence, CancellationToken.None));
        }
    }

    [Fact]
    public async Task What_differs_is_told_in_words()
    {
        await using var broker = await SuiteBroker.StartAsync(SuiteBroker.Mosquitto, CancellationToken.None);
        var player = new SequencePlayer(broker.EndPoint);
        var wanted = new SequenceStep.Receive(new byte[] { 0xD0, 0x01 }, "a ping's answer");
        var wrong = new Sequence("wrong", 4, true, false, [new SequenceStep.Send(new byte[] { 0xC0, 0x00 }), wanted]);
        Assert.Equal(
            "a ping's answer: D001 was wanted, D000 came",
            await player.PlayAsync(wrong, CancellationToken.None)
        );
        var open = new Sequence("open", 4, true, true, []);
        Assert.Equal("still connected", await player.PlayAsync(open, CancellationToken.None));
    }

    [Fact]
    public void A_file_of_another_kind_is_told_in_words()
    {
        var error = Assert.Throws<InvalidDataException>(() =>
            SequenceFile.Read(SourceTree.PathOf("tests/Holdfast.Mqtt.Tests/Strangers/npm/package.json"))
        );
        Assert.Contains("not a file of packet sequences", error.Message, StringComparison.Ordinal);
    }
}
