using System.Net;
using Holdfast.Mqtt.Packets;
using Holdfast.Mqtt.Sessions;

namespace Holdfast.Mqtt.Broker;

/// <summary>A subscription of a session, with the identifier that its client gave it; 0: none.</summary>
internal readonly record struct HeldSubscription(Subscription Subscription, uint Id);

/// <summary>A will whose delay runs (MQTT 5.0 §3.1.3.2.2).</summary>
internal readonly record struct PendingWill(Will Will, MonotonicTime Due);

/// <summary>What the broker keeps for a client, connected or not (MQTT 5.0 §4.1).</summary>
internal sealed class Session(string clientId, DeliveryQueue queue)
{
    private static readonly LoopbackPolicy Default = new();

    public string ClientId { get; } = clientId;

    /// <summary>Null while the client is away.</summary>
    public Link? Link { get; set; }

    /// <summary>How long it outlives its connection; <see cref="TimeSpan.MaxValue"/>: for ever.</summary>
    public TimeSpan Expiry { get; set; }

    /// <summary>While the client is away.</summary>
    public MonotonicTime? ExpiresAt { get; set; }

    public PendingWill? PendingWill { get; set; }

    public bool HasEnded { get; set; }

    public Dictionary<string, HeldSubscription> Subscriptions { get; } = [];

    public DeliveryQueue Queue { get; } = queue;

    public OutboundFlow<Delivery> Flow { get; } = new();

    /// <summary>Packet identifiers of QoS 2 messages taken over, until their PUBREL [MQTT-4.3.3-10].</summary>
    public HashSet<ushort> Received { get; } = [];

    public long NextOrder { get; set; }

    /// <summary>Its number in the journal; 0: it is not kept.</summary>
    public long JournalId { get; set; }

    /// <summary>Who it belongs to, as of the last connection.</summary>
    public BrokerClient Owner { get; set; } = new(clientId, null, IPAddress.None, MqttVersion.V5);

    /// <summary>Of the last connection's listener.</summary>
    public IBrokerPolicy Policy { get; set; } = Default;

    /// <summary>Whether its client may be sent what is published there.</summary>
    public bool MayRead(string topic) => !Policy.FiltersReading || Policy.MayRead(Owner, topic);
}
