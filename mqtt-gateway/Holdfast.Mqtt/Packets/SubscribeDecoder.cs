namespace Holdfast.Mqtt.Packets;

/// <summary>SUBSCRIBE, SUBACK, UNSUBSCRIBE, UNSUBACK (§3.8 to 3.11).</summary>
internal static class SubscribeDecoder
{
    public static SubscribePacket DecodeSubscribe(ref WireReader reader, MqttVersion version)
    {
        var id = reader.PacketId();
        var properties = PropertiesReader.Read(ref reader, version, PropertyScope.Subscribe);
        RequireContent(ref reader, "SUBSCRIBE without a filter [MQTT-3.8.3-2]");
        var subscriptions = new List<Subscription>();
        while (!reader.IsAtEnd)
        {
            var filter = ReadFilter(ref reader);
            subscriptions.Add(ReadOptions(ref reader, filter, version));
        }

        return new SubscribePacket(id, subscriptions, properties);
    }

    public static SubAckPacket DecodeSubAck(ref WireReader reader, MqttVersion version)
    {
        var id = reader.PacketId();
        var properties = PropertiesReader.Read(ref reader, version, PropertyScope.SubAck);
        return new SubAckPacket(id, ReadReasons(ref reader, PacketType.SubAck), properties);
    }

    public static UnsubscribePacket DecodeUnsubscribe(ref WireReader reader, MqttVersion version)
    {
        var id = reader.PacketId();
        var properties = PropertiesReader.Read(ref reader, version, PropertyScope.Unsubscribe);
        RequireContent(ref reader, "UNSUBSCRIBE without a filter [MQTT-3.10.3-2]");
        var filters = new List<string>();
        while (!reader.IsAtEnd)
        {
            filters.Add(ReadFilter(ref reader));
        }

        return new UnsubscribePacket(id, filters, properties);
    }

    public static UnsubAckPacket DecodeUnsubAck(ref WireReader reader, MqttVersion version)
    {
        var id = reader.PacketId();
        var properties = PropertiesReader.Read(ref reader, version, PropertyScope.UnsubAck);
        var reasons = version == MqttVersion.V5 ? ReadReasons(ref reader, PacketType.UnsubAck) : [];
        return new UnsubAckPacket(id, reasons, properties);
    }

    private static string ReadFilter(ref WireReader reader)
    {
        var filter = reader.Text();
        if (reader.Error is not null || TopicFilter.IsValid(filter))
        {
            return filter;
        }

        if (TopicFilter.IsShared(filter))
        {
            reader.Fail(
                ReasonCode.ProtocolError,
                "a shared subscription without group or filter, or with a wildcard in its group [MQTT-4.8.2-1], [MQTT-4.8.2-2]"
            );
        }
        else
        {
            reader.FailMalformed(
                "an empty filter or a misplaced wildcard [MQTT-4.7.1-1], [MQTT-4.7.1-2], [MQTT-4.7.3-1]"
            );
        }

        return filter;
    }

    private static Subscription ReadOptions(ref WireReader reader, string filter, MqttVersion version)
    {
        var options = reader.Byte();
        var reserved = version == MqttVersion.V5 ? 0xC0 : 0xFC;
        if ((options & reserved) != 0)
        {
            reader.FailMalformed("reserved bits of the subscription options [MQTT-3.8.3-5]");
        }

        if ((options & 3) == 3 || (options & 0x30) == 0x30)
        {
            reader.Fail(ReasonCode.ProtocolError, "QoS 3 or retain handling 3 (§3.8.3.1)", DecodeFault.Subscription);
        }

        var noLocal = (options & 4) != 0;
        if (noLocal && TopicFilter.IsShared(filter))
        {
            reader.Fail(ReasonCode.ProtocolError, "no local on a shared subscription [MQTT-3.8.3-4]");
        }

        return new Subscription(
            filter,
            (MqttQos)(options & 3),
            noLocal,
            (options & 8) != 0,
            (RetainHandling)((options >> 4) & 3)
        );
    }

    private static List<ReasonCode> ReadReasons(ref WireReader reader, PacketType type)
    {
        RequireContent(ref reader, "an acknowledgement without reason codes [MQTT-3.9.3-1], [MQTT-3.11.3-1]");
        var reasons = new List<ReasonCode>();
        while (!reader.IsAtEnd)
        {
            var reason = (ReasonCode)reader.Byte();
            reasons.Add(reason);
            if (!ReasonScopes.Allows(type, reason))
            {
                reader.FailMalformed("an unknown reason code [MQTT-3.9.3-2], [MQTT-3.11.3-2]");
            }
        }

        return reasons;
    }

    private static void RequireContent(ref WireReader reader, string text)
    {
        if (reader.IsAtEnd)
        {
            reader.Fail(ReasonCode.ProtocolError, text, DecodeFault.Subscription);
        }
    }
}
