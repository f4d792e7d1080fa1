namespace Holdfast.Mqtt.Packets;

/// <summary>PUBLISH (§3.3).</summary>
internal static class PublishDecoder
{
    public static PublishPacket Decode(ref WireReader reader, int flags, MqttVersion version)
    {
        var qos = (MqttQos)((flags >> 1) & 3);
        var duplicate = (flags & 8) != 0;
        if (qos > MqttQos.ExactlyOnce)
        {
            reader.FailMalformed("QoS 3 [MQTT-3.3.1-4]");
        }

        if (duplicate && qos == MqttQos.AtMostOnce)
        {
            reader.FailMalformed("DUP with QoS 0 [MQTT-3.3.1-2]");
        }

        var topic = reader.Text();
        var id = qos == MqttQos.AtMostOnce ? (ushort)0 : reader.PacketId();
        var properties = PropertiesReader.Read(ref reader, version, PropertyScope.Publish);
        CheckTopic(ref reader, topic, properties);
        return new PublishPacket(topic, reader.Rest(), qos)
        {
            PacketId = id,
            Retain = (flags & 1) != 0,
            Duplicate = duplicate,
            Properties = properties,
        };
    }

    private static void CheckTopic(ref WireReader reader, string topic, Properties properties)
    {
        if (reader.Error is not null)
        {
            return;
        }

        if (topic.Length == 0)
        {
            if (properties.TopicAlias is null)
            {
                reader.Fail(ReasonCode.ProtocolError, "neither topic nor alias (§3.3.2.1)", DecodeFault.EmptyTopic);
            }
        }
        else if (!TopicName.IsValid(topic))
        {
            reader.FailMalformed("a wildcard in a topic name [MQTT-3.3.2-2]");
        }
    }
}
