using System.Buffers;

namespace Holdfast.Mqtt.Packets;

/// <summary>
/// Turns packets into bytes (MQTT 5.0 §2, §3). It trusts its caller: what comes from outside goes through
/// <see cref="MessageRules"/> first.
/// </summary>
internal static class PacketEncoder
{
    /// <summary>The bytes of the packet with its fixed header.</summary>
    public static int Size(Packet packet, MqttVersion version)
    {
        var body = BodySize(packet, version);
        return 1 + WireWriter.VariableByteIntegerSize(body) + body;
    }

    /// <summary>Writes the packet; returns its size.</summary>
    public static int Write(IBufferWriter<byte> output, Packet packet, MqttVersion version)
    {
        var body = BodySize(packet, version);
        var size = 1 + WireWriter.VariableByteIntegerSize(body) + body;
        var writer = WireWriter.Into(output.GetSpan(size)[..size]);
        writer.Byte((byte)(((int)packet.Type << 4) | Flags(packet)));
        writer.VariableByteInteger(body);
        WriteBody(ref writer, packet, version);
        Invariant.Require(writer.Length == size, "a packet is written in its measured size");
        output.Advance(size);
        return size;
    }

    private static int BodySize(Packet packet, MqttVersion version)
    {
        var measure = WireWriter.Measuring();
        WriteBody(ref measure, packet, version);
        return measure.Length;
    }

    private static int Flags(Packet packet) =>
        packet switch
        {
            PublishPacket p => (p.Duplicate ? 8 : 0) | ((int)p.Qos << 1) | (p.Retain ? 1 : 0),
            { Type: PacketType.PubRel or PacketType.Subscribe or PacketType.Unsubscribe } => 2,
            _ => 0,
        };

    private static void WriteBody(ref WireWriter writer, Packet packet, MqttVersion version)
    {
        switch (packet)
        {
            case ConnectPacket connect:
                ConnectEncoder.Write(ref writer, connect);
                break;
            case ConnAckPacket connAck:
                // 3.1 has no such flag: the byte is reserved.
                writer.Byte((byte)(connAck.SessionPresent && version != MqttVersion.V31 ? 1 : 0));
                writer.Byte(version == MqttVersion.V5 ? (byte)connAck.Reason : ConnectReturnCode.From(connAck.Reason));
                PropertiesWriter.Write(ref writer, connAck.Properties, version);
                break;
            case PublishPacket publish:
                WritePublish(ref writer, publish, version);
                break;
            case AckPacket ack:
                writer.UInt16(ack.PacketId);
                WriteReason(ref writer, ack.Reason, ack.Properties, version);
                break;
            case DisconnectPacket disconnect:
                WriteReason(ref writer, disconnect.Reason, disconnect.Properties, version);
                break;
            case AuthPacket auth:
                WriteReason(ref writer, auth.Reason, auth.Properties, version);
                break;
            case SubscribePacket or SubAckPacket or UnsubscribePacket or UnsubAckPacket:
                SubscribeEncoder.Write(ref writer, packet, version);
                break;
            default:
                break;
        }
    }

    private static void WritePublish(ref WireWriter writer, PublishPacket publish, MqttVersion version)
    {
        writer.Text(publish.Topic);
        if (publish.Qos != MqttQos.AtMostOnce)
        {
            writer.UInt16(publish.PacketId);
        }

        PropertiesWriter.Write(ref writer, publish.Properties, version);
        writer.Raw(publish.Payload.Span);
    }

    /// <summary>Left out where they say nothing (§3.4.2.1), as is most often the case.</summary>
    private static void WriteReason(
        ref WireWriter writer,
        ReasonCode reason,
        Properties properties,
        MqttVersion version
    )
    {
        var hasProperties = !ReferenceEquals(properties, Properties.None);
        if (version != MqttVersion.V5 || (reason == ReasonCode.Success && !hasProperties))
        {
            return;
        }

        writer.Byte((byte)reason);
        if (hasProperties)
        {
            PropertiesWriter.Write(ref writer, properties, version);
        }
    }
}
