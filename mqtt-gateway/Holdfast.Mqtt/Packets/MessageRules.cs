namespace Holdfast.Mqtt.Packets;

/// <summary>Whether a message from a caller can be put into a packet, and its form there.</summary>
internal static class MessageRules
{
    /// <summary>What is wrong with the message, in words; null where nothing is.</summary>
    public static string? Problem(MqttMessage message)
    {
        if (!TopicName.IsValid(message.Topic))
        {
            return "the topic is empty, has a wildcard, or is not UTF-8 of at most 65535 bytes";
        }

        if (message.ResponseTopic is { } responseTopic && !TopicName.IsValid(responseTopic))
        {
            return "the response topic is empty, has a wildcard, or is not UTF-8 of at most 65535 bytes";
        }

        if (message.CorrelationData.Length > TopicName.BytesMax)
        {
            return "the correlation data has more than 65535 bytes";
        }

        if (message.ContentType is { } contentType && !Utf8Rules.IsValid(contentType))
        {
            return "the content type is not UTF-8 of at most 65535 bytes";
        }

        if (!message.UserProperties.All(p => Utf8Rules.IsValid(p.Key) && Utf8Rules.IsValid(p.Value)))
        {
            return "a user property is not UTF-8 of at most 65535 bytes";
        }

        if (!IsPlain(message))
        {
            return "a control character or non-character in the topic or a property, for which brokers end the connection (MQTT 5.0 §1.5.4)";
        }

        return (MqttQos)Math.Min((byte)message.Qos, (byte)2) == message.Qos ? null : "the QoS is not 0, 1 or 2";
    }

    /// <summary>What is sent again with each connection must not be what ends it.</summary>
    private static bool IsPlain(MqttMessage message) =>
        Utf8Rules.IsPlain(message.Topic)
        && Utf8Rules.IsPlain(message.ResponseTopic)
        && Utf8Rules.IsPlain(message.ContentType)
        && message.UserProperties.All(p => Utf8Rules.IsPlain(p.Key) && Utf8Rules.IsPlain(p.Value));

    public static PublishPacket ToPacket(MqttMessage message) =>
        new(message.Topic, message.Payload, message.Qos)
        {
            Retain = message.Retain,
            Properties = PropertiesOf(message),
        };

    public static Will ToWill(MqttMessage message) =>
        new(message.Topic, message.Payload, message.Qos, message.Retain, PropertiesOf(message));

    public static MqttMessage ToMessage(PublishPacket packet, string topic) =>
        new(topic, packet.Payload)
        {
            Qos = packet.Qos,
            Retain = packet.Retain,
            Expiry = packet.Properties.MessageExpiryInterval is { } seconds ? TimeSpan.FromSeconds(seconds) : null,
            ResponseTopic = packet.Properties.ResponseTopic,
            CorrelationData = packet.Properties.CorrelationData ?? default,
            ContentType = packet.Properties.ContentType,
            IsText = packet.Properties.PayloadFormatIndicator == 1,
            UserProperties = packet.Properties.UserProperties,
            SubscriptionIdentifiers = packet.Properties.SubscriptionIdentifiers,
        };

    private static Properties PropertiesOf(MqttMessage message)
    {
        var hasSome =
            message.Expiry is not null
            || message.ResponseTopic is not null
            || message.CorrelationData.Length > 0
            || message.ContentType is not null
            || message.IsText
            || message.UserProperties.Count > 0;
        return !hasSome
            ? Properties.None
            : new Properties
            {
                MessageExpiryInterval = message.Expiry is { } expiry ? WholeSeconds(expiry) : null,
                ResponseTopic = message.ResponseTopic,
                CorrelationData = NullIfEmpty(message.CorrelationData),
                ContentType = message.ContentType,
                PayloadFormatIndicator = message.IsText ? (byte)1 : null,
                UserProperties = message.UserProperties,
            };
    }

    // Not ": null": that converts to empty memory.
    internal static ReadOnlyMemory<byte>? NullIfEmpty(ReadOnlyMemory<byte> bytes) =>
        bytes.IsEmpty ? default(ReadOnlyMemory<byte>?) : bytes;

    /// <summary>Rounded up: a message that may live for a moment must not be sent as one that may not live.</summary>
    internal static uint WholeSeconds(TimeSpan span) =>
        (uint)Math.Clamp(Math.Ceiling(span.TotalSeconds), 0, uint.MaxValue);
}
