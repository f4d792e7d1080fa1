namespace Holdfast.Mqtt.Broker.Access;

/// <summary>What one client may take of a broker; null: as much as the broker has.</summary>
public sealed record BrokerQuota
{
    public static readonly BrokerQuota None = new();

    /// <summary>Connections at once of one user; one more gets 0x97.</summary>
    public int? ConnectionsPerUserMax { get; init; }

    /// <summary>Subscriptions of one session; one more gets 0x97.</summary>
    public int? SubscriptionsMax { get; init; }

    /// <summary>Messages that a connection may publish, on average; a faster one is read more slowly, so that TCP holds it back.</summary>
    public double? MessagesPerSecond { get; init; }

    /// <summary>The same in bytes of topic and payload.</summary>
    public double? BytesPerSecond { get; init; }
}
