using System.Buffers;
using System.Globalization;
using System.Text.Json;
using Holdfast.Mqtt.Packets;
using Holdfast.Mqtt.Tests.Packets;
using Holdfast.Testing;
using Xunit;

namespace Holdfast.Mqtt.Tests.Strangers;

/// <summary>npm's mqtt-packet, the codec of mqtt.js: the packets of its own tests, and each other's random ones.</summary>
public sealed class MqttPacketTests
{
    private const string Source = "tests/Holdfast.Mqtt.Tests/Strangers/npm";
    private const int SizeMax = 1 << 20;

    /// <summary>What mqtt-packet takes and we do not, by the beginning of the test's name.</summary>
    private static readonly (string Name, string Why)[] TooLenient =
    [
        ("connect MQTT bridge", "the upper bit of the level, that mosquitto's bridges set, is in no specification"),
        ("Version 5 CONNACK test 1", "a CONNACK without its reason code"),
        ("Version 5 CONNACK test 2", "a CONNACK without the length of its properties (§3.2.2.3.1)"),
        ("connack MQTT 5 with properties", "a Maximum QoS of 2 (§3.2.2.3.4)"),
    ];

    /// <summary>What we take and mqtt-packet does not.</summary>
    private static readonly (string Error, string Why)[] TooStrict =
    [
        ("Invalid disconnect reason code", "a DISCONNECT ends the connection whatever its reason"),
    ];

    [Fact]
    public async Task The_packets_of_its_tests_are_taken_and_refused_alike()
    {
        var node = await NodePackages.RequireAsync(Source);
        var lines = await node.RunAsync([], "vectors.js");
        Assert.InRange(lines.Length, 100, 1_000);
        string[] different = [.. lines.Select(Difference).OfType<string>()];
        Assert.True(different.Length == 0, string.Join('\n', different));
    }

    [Theory]
    [InlineData(MqttVersion.V5)]
    [InlineData(MqttVersion.V311)]
    public async Task Each_understands_what_the_other_writes(MqttVersion version)
    {
        var node = await NodePackages.RequireAsync(Source);
        Packet[] packets =
        [
            .. Enumerable
                .Range(0, 2_000)
                .Select(seed => new RandomPackets((ulong)seed, version).Next())
                .Where(CanStandThere),
        ];
        var level = ((int)version).ToString(CultureInfo.InvariantCulture);
        var answers = await node.RunAsync(
            packets.Select(packet => $"{level} {Convert.ToHexString(CodecTests.Encode(packet, version))}"),
            "mirror.js"
        );
        Assert.Equal(packets.Length, answers.Length);
        string[] different =
        [
            .. packets.Zip(answers, (packet, answer) => Difference(packet, answer, version)).OfType<string>(),
        ];
        Assert.True(different.Length == 0, string.Join('\n', different.Take(20)));
    }

    /// <summary>
    /// mqtt-packet writes no AUTH with success, no password without a user name, which MQTT 5 allows, and no CONNECT that
    /// asks for a session without saying whose.
    /// </summary>
    private static bool CanStandThere(Packet packet) =>
        packet switch
        {
            AuthPacket auth => auth.Reason != ReasonCode.Success,
            ConnectPacket connect => (connect.UserName is not null || connect.Password is null)
                && (connect.ClientId.Length > 0 || connect.CleanStart),
            _ => true,
        };

    private static string? Difference(Packet packet, string answer, MqttVersion version)
    {
        if (answer.StartsWith("error", StringComparison.Ordinal))
        {
            return $"{packet}: {answer}";
        }

        var input = new ReadOnlySequence<byte>(Convert.FromHexString(answer));
        var decoded = CodecTests.Decode(ref input, packet, version);
        var isSame = decoded.Packet is { } back && CodecTests.Describe(back) == CodecTests.Describe(packet);
        return isSame ? null : $"{packet}: came back as {decoded}";
    }

    private static string? Difference(string line)
    {
        var vector = JsonDocument.Parse(line).RootElement;
        var name = vector.GetProperty("name").GetString()!;
        var error = vector.GetProperty("error").GetString();
        var bytes = Convert.FromHexString(vector.GetProperty("hex").GetString()!);
        var input = new ReadOnlySequence<byte>(bytes);
        var isConnect = bytes[0] >> 4 == (int)PacketType.Connect;
        var version = (MqttVersion)vector.GetProperty("version").GetInt32();
        var decoded = PacketDecoder.Decode(ref input, isConnect ? null : version, SizeMax);
        while (error is not null && decoded.Packet is not null && !input.IsEmpty)
        {
            // The fault is in a later packet.
            version = (decoded.Packet as ConnectPacket)?.Version ?? version;
            decoded = PacketDecoder.Decode(ref input, version, SizeMax);
        }

        if (error is null)
        {
            var isExcused = TooLenient.Any(known => name.StartsWith(known.Name, StringComparison.Ordinal));
            return decoded.Packet is not null || isExcused ? null : $"{name}: {decoded.Error}";
        }

        // Some of what it calls an error early is merely not all there yet.
        return decoded.Packet is null || TooStrict.Any(known => error == known.Error)
            ? null
            : $"{name}: taken as {decoded.Packet}";
    }
}
