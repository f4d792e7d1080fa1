using Holdfast.Mqtt.Packets;

namespace Holdfast.Mqtt.Broker;

/// <summary>A message on its way through the broker; one object, however many clients wait for it.</summary>
internal sealed class RoutedMessage
{
    /// <summary>What an object of its kind costs beside its bytes.</summary>
    private const int Overhead = 128;

    /// <summary>The same of a user property: two strings, which may be of one character each.</summary>
    private const int UserPropertyOverhead = 64;

    /// <param name="packet">As received, with its topic; alias and subscription identifiers belong to the way it came.</param>
    /// <param name="publisher">The client identifier, for No Local.</param>
    /// <param name="received">When its expiry interval began to run.</param>
    public RoutedMessage(PublishPacket packet, string publisher, MonotonicTime received)
    {
        Packet = packet;
        Publisher = publisher;
        ExpiresAt = packet.Properties.MessageExpiryInterval is { } seconds
            ? received + TimeSpan.FromSeconds(seconds)
            : null;
        Size = SizeOf(packet);
    }

    public PublishPacket Packet { get; }

    public string Publisher { get; }

    public MonotonicTime? ExpiresAt { get; init; }

    /// <summary>In bytes, near enough for limits.</summary>
    public int Size { get; }

    /// <summary>Its number in the journal; 0: it is not there.</summary>
    public long JournalId { get; set; }

    public bool IsExpired(MonotonicTime now) => ExpiresAt <= now;

    /// <summary>A will becomes a message when it is sent.</summary>
    public static RoutedMessage FromWill(Will will, string publisher, MonotonicTime now) =>
        new(ToPacket(will), publisher, now);

    /// <summary>What it costs to keep a will, in bytes.</summary>
    public static int SizeOf(Will will) => SizeOf(ToPacket(will));

    private static int SizeOf(PublishPacket packet) =>
        PacketEncoder.Size(packet, MqttVersion.V5)
        + Overhead
        + (UserPropertyOverhead * packet.Properties.UserProperties.Count);

    private static PublishPacket ToPacket(Will will)
    {
        var properties = ReferenceEquals(will.Properties, Properties.None)
            ? Properties.None
            : will.Properties with
            {
                WillDelayInterval = null,
            };
        return new PublishPacket(will.Topic, will.Payload, will.Qos) { Retain = will.Retain, Properties = properties };
    }
}
