using Holdfast.Mqtt.Packets;

namespace Holdfast.Mqtt.Client;

/// <summary>A publish on its way: as it was given, by whom, and when.</summary>
internal readonly record struct Outgoing<TTag>(PublishPacket Packet, TTag Tag, MonotonicTime Given)
{
    /// <summary>Whether its message expiry (MQTT 5.0 §3.3.2.3.3) has passed.</summary>
    public bool IsExpired(MonotonicTime now) =>
        Packet.Properties.MessageExpiryInterval is { } seconds && now - Given >= TimeSpan.FromSeconds(seconds);

    /// <summary>The packet with what is left of its expiry: what waited here must not live longer for it. A second at least.</summary>
    public PublishPacket At(MonotonicTime now)
    {
        var waited = (now - Given).TotalSeconds;
        if (Packet.Properties.MessageExpiryInterval is not { } seconds || waited < 1)
        {
            return Packet;
        }

        var left = (uint)Math.Max(1, seconds - Math.Floor(waited));
        return Packet with { Properties = Packet.Properties with { MessageExpiryInterval = left } };
    }
}
