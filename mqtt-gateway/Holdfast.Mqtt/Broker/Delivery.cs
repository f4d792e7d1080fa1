using Holdfast.Mqtt.Packets;

namespace Holdfast.Mqtt.Broker;

/// <summary>A message for one client, as its subscriptions ask for it.</summary>
/// <param name="Group">The shared subscription that chose this client; null: none.</param>
internal readonly record struct Delivery(
    RoutedMessage Message,
    MqttQos Qos,
    bool Retain,
    IReadOnlyList<uint> SubscriptionIds,
    SharedGroup? Group = null
)
{
    /// <summary>Of an identifier with its property's own byte.</summary>
    private const int SubscriptionIdSizeMax = 5;

    /// <summary>Ascending in the order in which messages came for this client.</summary>
    public long Order { get; init; }

    /// <summary>In bytes, near enough for limits; the packet has no more.</summary>
    public int Size => Message.Size + (SubscriptionIdSizeMax * SubscriptionIds.Count);

    /// <summary>The packet for the client. What is left of the expiry interval is sent [MQTT-3.3.2-6].</summary>
    public PublishPacket ToPacket(ushort packetId, bool duplicate, MonotonicTime now)
    {
        var isPlain = Message.ExpiresAt is null && SubscriptionIds.Count == 0;
        if (isPlain && Qos == MqttQos.AtMostOnce && !Retain)
        {
            return Message.Plain;
        }

        var properties = Message.Packet.Properties;
        if (!isPlain)
        {
            properties = properties with
            {
                MessageExpiryInterval = Message.ExpiresAt is { } end ? SecondsUntil(end, now) : null,
                SubscriptionIdentifiers = SubscriptionIds,
            };
        }

        return new PublishPacket(Message.Packet.Topic, Message.Packet.Payload, Qos)
        {
            PacketId = packetId,
            Duplicate = duplicate,
            Retain = Retain,
            Properties = properties,
        };
    }

    private static uint SecondsUntil(MonotonicTime end, MonotonicTime now) =>
        end > now ? MessageRules.WholeSeconds(end - now) : 0;
}
