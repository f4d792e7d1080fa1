using Holdfast.Mqtt.Packets;

namespace Holdfast.Mqtt.Broker;

/// <summary>Whose reason codes clients are answered with, where brokers differ.</summary>
public enum ReasonDialect
{
    /// <summary>As MQTT 5.0 says.</summary>
    Specification,

    /// <summary>
    /// As mosquitto 2.0 does: 0x81 for every fault in SUBSCRIBE and UNSUBSCRIBE and for a PUBLISH without a topic, 0x82 for a
    /// misplaced property elsewhere (§2.2.2.2 says 0x81), no words for a PING that is too long, success for PUBREL and PUBREC
    /// of messages that are not known (§3.6.2.1: 0x92) and for a QoS 2 PUBLISH that nobody gets (§3.5.2.1: 0x10), and a
    /// subscription identifier in a client's PUBLISH is overlooked ([MQTT-3.3.4-6]: it must not stand there).
    /// </summary>
    Mosquitto,
}

/// <summary>What a client is told of its faulty packet.</summary>
internal static class FaultAnswer
{
    /// <param name="authenticates">Whether the client may send AUTH at all.</param>
    /// <returns>Null: the connection is closed without a word.</returns>
    public static ReasonCode? To(DecodeError error, ReasonDialect dialect, bool authenticates)
    {
        // What only servers send, and what nobody does, is wrong whatever stands in it (§2.1.2).
        var isNeverRight =
            error.Type is 0 or PacketType.ConnAck or PacketType.SubAck or PacketType.UnsubAck or PacketType.PingResp
            || (error.Type == PacketType.Auth && !authenticates);
        var reason = isNeverRight ? ReasonCode.ProtocolError : error.Reason;
        return dialect == ReasonDialect.Mosquitto ? AsMosquitto(error, reason) : reason;
    }

    private static ReasonCode? AsMosquitto(DecodeError error, ReasonCode reason) =>
        (error.Fault, error.Type) switch
        {
            (DecodeFault.TooLong, PacketType.PingReq or PacketType.PingResp) => null,
            (DecodeFault.HeaderFlags, PacketType.SubAck or PacketType.UnsubAck) => ReasonCode.MalformedPacket,
            (DecodeFault.EmptyTopic, _) => ReasonCode.MalformedPacket,
            (DecodeFault.Subscription, PacketType.Subscribe or PacketType.Unsubscribe) => ReasonCode.MalformedPacket,
            (DecodeFault.MisplacedProperty, not (PacketType.Subscribe or PacketType.Unsubscribe)) =>
                ReasonCode.ProtocolError,
            _ => reason,
        };
}
