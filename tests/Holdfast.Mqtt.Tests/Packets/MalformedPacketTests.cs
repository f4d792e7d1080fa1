using System.Buffers;
using Holdfast.Mqtt.Packets;
using Xunit;

namespace Holdfast.Mqtt.Tests.Packets;

/// <summary>What the specifications forbid, one packet each, and the reason code that answers it.</summary>
public sealed class MalformedPacketTests
{
    [Theory]
    [InlineData("00 00", (byte)ReasonCode.MalformedPacket, "reserved packet type")]
    [InlineData("C1 00", (byte)ReasonCode.MalformedPacket, "MQTT-2.1.3-1")]
    [InlineData("60 02 00 01", (byte)ReasonCode.MalformedPacket, "MQTT-2.1.3-1")]
    [InlineData("C0 FF FF FF FF 01", (byte)ReasonCode.MalformedPacket, "more than four bytes")]
    [InlineData("C0 01 00", (byte)ReasonCode.MalformedPacket, "after the end")]
    [InlineData("30 06 00 09 61 62 63 00", (byte)ReasonCode.MalformedPacket, "ends inside")]
    [InlineData("36 06 00 01 61 00 01 00", (byte)ReasonCode.MalformedPacket, "QoS 3")]
    [InlineData("38 04 00 01 61 00", (byte)ReasonCode.MalformedPacket, "MQTT-3.3.1-2")]
    [InlineData("32 06 00 01 61 00 00 00", (byte)ReasonCode.ProtocolError, "MQTT-2.2.1-3")]
    [InlineData("30 04 00 01 23 00", (byte)ReasonCode.MalformedPacket, "MQTT-3.3.2-2")]
    [InlineData("30 03 00 00 00", (byte)ReasonCode.ProtocolError, "neither topic nor alias")]
    [InlineData("30 04 00 01 00 00", (byte)ReasonCode.MalformedPacket, "U+0000")]
    [InlineData("30 06 00 03 ED A0 80 00", (byte)ReasonCode.MalformedPacket, "surrogate")]
    [InlineData("30 05 00 02 C0 80 00", (byte)ReasonCode.MalformedPacket, "ill-formed UTF-8")]
    [InlineData("30 07 00 01 61 03 23 00 00", (byte)ReasonCode.TopicAliasInvalid, "MQTT-3.3.2-8")]
    [InlineData("30 06 00 01 61 02 01 02", (byte)ReasonCode.ProtocolError, "0 or 1")]
    [InlineData("30 08 00 01 61 04 01 00 01 00", (byte)ReasonCode.ProtocolError, "twice")]
    [InlineData("30 06 00 01 61 02 7F 00", (byte)ReasonCode.MalformedPacket, "unknown property")]
    [InlineData("40 06 00 01 00 02 24 00", (byte)ReasonCode.MalformedPacket, "may not stand")]
    [InlineData("40 08 00 01 00 04 23 00 01 70", (byte)ReasonCode.MalformedPacket, "unknown property")]
    [InlineData("30 06 00 01 61 02 24 00", (byte)ReasonCode.MalformedPacket, "may not stand")]
    [InlineData("30 08 00 01 61 04 08 00 01 2B", (byte)ReasonCode.ProtocolError, "MQTT-3.3.2-14")]
    [InlineData("30 06 00 01 61 80 80 00", (byte)ReasonCode.MalformedPacket, "MQTT-1.5.5-1")]
    [InlineData("82 03 00 01 00", (byte)ReasonCode.ProtocolError, "MQTT-3.8.3-2")]
    [InlineData("82 07 00 01 00 00 01 61 40", (byte)ReasonCode.MalformedPacket, "MQTT-3.8.3-5")]
    [InlineData("82 07 00 01 00 00 01 61 03", (byte)ReasonCode.ProtocolError, "QoS 3")]
    [InlineData("82 07 00 01 00 00 01 61 30", (byte)ReasonCode.ProtocolError, "retain handling 3")]
    [InlineData("82 08 00 01 00 00 02 61 23 00", (byte)ReasonCode.MalformedPacket, "MQTT-4.7.1-1")]
    [InlineData("82 06 00 01 00 00 00 00", (byte)ReasonCode.MalformedPacket, "empty filter")]
    [InlineData("82 09 00 01 02 0B 00 00 01 61 00", (byte)ReasonCode.ProtocolError, "identifier 0")]
    [InlineData("82 0F 00 01 00 00 09 24 73 68 61 72 65 2F 70 2F 00", (byte)ReasonCode.ProtocolError, "MQTT-4.8.2-1")]
    [InlineData(
        "82 10 00 01 00 00 0A 24 73 68 61 72 65 2F 70 2F 70 04",
        (byte)ReasonCode.ProtocolError,
        "MQTT-3.8.3-4"
    )]
    [InlineData("A2 03 00 01 00", (byte)ReasonCode.ProtocolError, "MQTT-3.10.3-2")]
    [InlineData("40 03 00 01 01", (byte)ReasonCode.ProtocolError, "reason code")]
    public void In_a_session(string packet, byte reason, string words) =>
        AssertRefused(packet, MqttVersion.V5, reason, words);

    [Theory]
    [InlineData("F0 00", "reserved packet type")]
    [InlineData("E0 01 00", "after the end")]
    [InlineData("40 03 00 01 00", "after the end")]
    [InlineData("82 06 00 01 00 01 61 04", "MQTT-3.8.3-5")]
    public void In_a_3_1_1_session(string packet, string words) =>
        AssertRefused(packet, MqttVersion.V311, (byte)ReasonCode.MalformedPacket, words);

    [Theory]
    [InlineData("30 04 00 01 61 00", (byte)ReasonCode.ProtocolError, "MQTT-3.1.0-1")]
    [InlineData("10 0D 00 04 4D 51 54 54 03 02 00 3C 00 01 61", (byte)ReasonCode.UnsupportedProtocolVersion, "3.1.1")]
    [InlineData("10 0D 00 04 4D 51 54 55 04 02 00 3C 00 01 61", (byte)ReasonCode.MalformedPacket, "not MQTT")]
    [InlineData("12 0D 00 04 4D 51 54 54 04 02 00 3C 00 01 61", (byte)ReasonCode.MalformedPacket, "MQTT-2.1.3-1")]
    [InlineData("10 0D 00 04 4D 51 54 54 04 03 00 3C 00 01 61", (byte)ReasonCode.MalformedPacket, "MQTT-3.1.2-3")]
    [InlineData("10 0D 00 04 4D 51 54 54 04 0A 00 3C 00 01 61", (byte)ReasonCode.MalformedPacket, "MQTT-3.1.2-11")]
    [InlineData(
        "10 0F 00 04 4D 51 54 54 04 42 00 3C 00 01 61 00 00",
        (byte)ReasonCode.MalformedPacket,
        "MQTT-3.1.2-22"
    )]
    [InlineData("10 0E 00 04 4D 51 54 54 04 02 00 3C 00 01 61 00", (byte)ReasonCode.MalformedPacket, "after the end")]
    [InlineData("10 10 00 04 4D 51 54 54 05 02 00 3C 03 21 00 00 00 00", (byte)ReasonCode.ProtocolError, "must not be")]
    public void As_the_first_packet(string packet, byte reason, string words) =>
        AssertRefused(packet, null, reason, words);

    private static void AssertRefused(string packet, MqttVersion? version, byte reason, string words)
    {
        var input = new ReadOnlySequence<byte>(
            Convert.FromHexString(packet.Replace(" ", "", StringComparison.Ordinal))
        );
        var error = PacketDecoder.Decode(ref input, version, 1000).Error;
        Assert.NotNull(error);
        Assert.Equal((ReasonCode)reason, error.Value.Reason);
        Assert.Contains(words, error.Value.Text, StringComparison.Ordinal);
    }
}
