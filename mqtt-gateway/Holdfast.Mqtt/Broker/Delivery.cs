using Holdfast.Mqtt.Packets;

namespace Holdfast.Mqtt.Broker;

/// <summary>A message for one client, as its subscriptions ask for it.</summary>
/// <param name="Order">Ascending in the order in which messages came for this client.</param>
internal readonly record struct Delivery(
    RoutedMessage Message,
    MqttQos Qos,
    bool Retain,
    IReadOnlyList<uint> SubscriptionIds,
    long Order
)
{
    /// <summary>Of an identifier with its property's own byte.</summary>
    private const int SubscriptionIdSizeMax = 5;

    /// <summary>In bytes, near enough for limits; the packet has no more.</summary>
    public int Size => Message.Size + (SubscriptionIdSizeMax * SubscriptionIds.Count);

    /// <summary>The packet for the client. What is left of the expiry interval is sent [MQTT-3.3.2-6].</summary>
    public PublishPacket ToPacket(ushort packetId, bool duplicate, MonotonicTime now)
    {
        var properties = Message.Packet.Properties;
        if (Message.ExpiresAt is not null || SubscriptionIds.Count > 0)
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
