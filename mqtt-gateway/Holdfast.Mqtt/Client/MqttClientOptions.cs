using System.Net.Security;

namespace Holdfast.Mqtt.Client;

/// <summary>How a client reaches its broker and what it wants from it.</summary>
public sealed record MqttClientOptions(string Host, int Port, string ClientId)
{
    public MqttVersion Version { get; init; } = MqttVersion.V5;

    public string? UserName { get; init; }

    /// <summary>Never logged.</summary>
    public ReadOnlyMemory<byte> Password { get; init; }

    /// <summary>Null: plain TCP. Client certificates go in here.</summary>
    public SslClientAuthenticationOptions? Tls { get; init; }

    /// <summary>The broker ends us after 1.5 times this without a packet (MQTT 5.0 §3.1.2.10).</summary>
    public TimeSpan KeepAlive { get; init; } = TimeSpan.FromSeconds(20);

    /// <summary>How long the broker keeps our session after a lost connection; zero: a clean start each time.</summary>
    public TimeSpan SessionExpiry { get; init; } = TimeSpan.Zero;

    public MqttMessage? Will { get; init; }

    /// <summary>
    /// The will of each connection anew, asked as CONNECT is made, instead of <see cref="Will"/>; null from it: none. For wills that
    /// count their connections, as Sparkplug's NDEATH does. It must return at once, and a will that may be sent.
    /// </summary>
    public Func<MqttMessage?>? WillPerConnection { get; init; }

    /// <summary>
    /// Ending in order lets the broker send the will too (MQTT 5.0 §3.14.2.1, reason 0x04), as Sparkplug wants it of an edge node;
    /// MQTT 3.1.1 cannot.
    /// </summary>
    public bool DisconnectWithWill { get; init; }

    /// <summary>Subscribed again after every connect without a session.</summary>
    public IReadOnlyList<MqttSubscription> Subscriptions { get; init; } = [];

    /// <summary>The first pause before a reconnect; doubles, with jitter, up to <see cref="BackoffMax"/>.</summary>
    public TimeSpan BackoffMin { get; init; } = TimeSpan.FromMilliseconds(250);

    public TimeSpan BackoffMax { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>For the TCP connect, the TLS handshake, CONNACK and every acknowledgement.</summary>
    public TimeSpan ResponseTimeout { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>The largest packet we take, in bytes: what a controller's command needs, with room.</summary>
    public int PacketSizeMax { get; init; } = 256 * 1024;
}

public sealed record MqttSubscription(string Filter, MqttQos Qos = MqttQos.AtLeastOnce, bool NoLocal = false);
