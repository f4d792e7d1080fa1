namespace Holdfast.Mqtt.Packets;

/// <summary>SUBSCRIBE, SUBACK, UNSUBSCRIBE, UNSUBACK (§3.8 to 3.11).</summary>
internal static class SubscribeEncoder
{
    public static void Write(ref WireWriter writer, Packet packet, MqttVersion version)
    {
        switch (packet)
        {
            case SubscribePacket subscribe:
                Head(ref writer, subscribe.PacketId, subscribe.Properties, version);
                foreach (var subscription in subscribe.Subscriptions)
                {
                    writer.Text(subscription.Filter);
                    writer.Byte(Options(subscription, version));
                }

                break;
            case SubAckPacket subAck:
                Head(ref writer, subAck.PacketId, subAck.Properties, version);
                foreach (var reason in subAck.Reasons)
                {
                    // 3.1.1 knows one failure only (3.1.1 §3.9.3).
                    writer.Byte(version != MqttVersion.V5 && reason.IsFailure() ? (byte)0x80 : (byte)reason);
                }

                break;
            case UnsubscribePacket unsubscribe:
                Head(ref writer, unsubscribe.PacketId, unsubscribe.Properties, version);
                foreach (var filter in unsubscribe.Filters)
                {
                    writer.Text(filter);
                }

                break;
            case UnsubAckPacket unsubAck:
                Head(ref writer, unsubAck.PacketId, unsubAck.Properties, version);
                foreach (var reason in version == MqttVersion.V5 ? unsubAck.Reasons : [])
                {
                    writer.Byte((byte)reason);
                }

                break;
            default:
                break;
        }
    }

    private static void Head(ref WireWriter writer, ushort packetId, Properties properties, MqttVersion version)
    {
        writer.UInt16(packetId);
        PropertiesWriter.Write(ref writer, properties, version);
    }

    private static byte Options(Subscription subscription, MqttVersion version)
    {
        var options = (int)subscription.Qos;
        if (version == MqttVersion.V5)
        {
            options |= subscription.NoLocal ? 4 : 0;
            options |= subscription.RetainAsPublished ? 8 : 0;
            options |= (int)subscription.RetainHandling << 4;
        }

        return (byte)options;
    }
}
