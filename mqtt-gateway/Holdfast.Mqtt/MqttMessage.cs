namespace Holdfast.Mqtt;

/// <summary>Quality of service (MQTT 5.0 §4.3).</summary>
public enum MqttQos : byte
{
    AtMostOnce = 0,
    AtLeastOnce = 1,
    ExactlyOnce = 2,
}

/// <summary>An application message: a topic, a payload, and MQTT 5's properties (ignored towards a 3.1.1 peer).</summary>
public sealed record MqttMessage(string Topic, ReadOnlyMemory<byte> Payload)
{
    public MqttQos Qos { get; init; } = MqttQos.AtMostOnce;

    public bool Retain { get; init; }

    /// <summary>MQTT 5.0 §3.3.2.3.3: for how long the broker may still deliver it; null: for ever. Whole seconds.</summary>
    public TimeSpan? Expiry { get; init; }

    /// <summary>MQTT 5.0 §3.3.2.3.5; null: none.</summary>
    public string? ResponseTopic { get; init; }

    /// <summary>MQTT 5.0 §3.3.2.3.6; empty: none.</summary>
    public ReadOnlyMemory<byte> CorrelationData { get; init; }

    /// <summary>MQTT 5.0 §3.3.2.3.9, a MIME type; null: none.</summary>
    public string? ContentType { get; init; }

    /// <summary>MQTT 5.0 §3.3.2.3.2: the payload is said to be UTF-8.</summary>
    public bool IsText { get; init; }

    /// <summary>MQTT 5.0 §3.3.2.3.7, in order; names may repeat.</summary>
    public IReadOnlyList<KeyValuePair<string, string>> UserProperties { get; init; } = [];

    /// <summary>MQTT 5.0 §3.3.2.3.8, of a received message: the identifiers of the subscriptions it came for. Never sent.</summary>
    public IReadOnlyList<uint> SubscriptionIdentifiers { get; init; } = [];
}
