using System.Buffers;
using Holdfast.Mqtt.Packets;
using Xunit;

namespace Holdfast.Mqtt.Tests.Hostile;

public sealed class CodecFuzzTests
{
    private const int SizeMax = 128 * 1024;

    private static readonly MqttVersion?[] Versions = [null, MqttVersion.V5, MqttVersion.V311, MqttVersion.V31];

    private readonly Corpus corpus = new();

    [Fact]
    public void Whatever_comes_is_a_packet_an_error_or_not_all_there() =>
        FuzzBudget.ForEachSeed(
            20_000,
            seed =>
            {
                var random = new SeededRandom(seed);
                var bytes = new Mutator(random).Mutate(corpus.Any(random), corpus.Any(random));
                var version = Versions[random.Next(Versions.Length)];
                var whole = Decode(new ReadOnlySequence<byte>(bytes), version);
                var pieces = Decode(InPieces(bytes, 1 + random.Next(20)), version);
                Assert.Equal(whole, pieces);
            }
        );

    /// <summary>All packets at the front, encoded again, and how it ends.</summary>
    private static string Decode(ReadOnlySequence<byte> input, MqttVersion? version)
    {
        var words = new List<string>();
        while (true)
        {
            var before = input.Length;
            var decoded = PacketDecoder.Decode(ref input, version, SizeMax);
            if (decoded.Packet is not { } packet)
            {
                Assert.True(decoded.Error is not null || before == input.Length, "half a packet is left alone");
                return $"{string.Join(' ', words)} {decoded.Error} {input.Length}";
            }

            Assert.InRange(before - input.Length, 2, SizeMax);
            version = packet is ConnectPacket connect ? connect.Version : version;
            words.Add(Convert.ToHexString(Corpus.Encode(packet, version ?? MqttVersion.V5)));
        }
    }

    private static ReadOnlySequence<byte> InPieces(byte[] bytes, int size)
    {
        var first = new Piece(bytes.AsMemory(0, Math.Min(size, bytes.Length)), 0);
        var last = first;
        for (var at = size; at < bytes.Length; at += size)
        {
            last = last.Append(bytes.AsMemory(at, Math.Min(size, bytes.Length - at)));
        }

        return new ReadOnlySequence<byte>(first, 0, last, last.Memory.Length);
    }

    private sealed class Piece : ReadOnlySequenceSegment<byte>
    {
        public Piece(ReadOnlyMemory<byte> memory, long runningIndex) => (Memory, RunningIndex) = (memory, runningIndex);

        public Piece Append(ReadOnlyMemory<byte> memory)
        {
            var next = new Piece(memory, RunningIndex + Memory.Length);
            Next = next;
            return next;
        }
    }
}
