using System.Net.Security;
using System.Security.Cryptography.X509Certificates;

namespace Holdfast.Mqtt.Client;

/// <summary>How a client reaches its broker and what it wants from it.</summary>
public sealed record MqttClientOptions(string Host, int Port, string ClientId)
{
    public MqttVersion Version { get; init; } = MqttVersion.V5;

    /// <summary>Where else the same broker, or one that shares its sessions, can be reached: tried in turn after <see cref="Host"/>.</summary>
    public IReadOnlyList<BrokerAddress> OtherAddresses { get; init; } = [];

    public string? UserName { get; init; }

    /// <summary>Never logged.</summary>
    public ReadOnlyMemory<byte> Password { get; init; }

    /// <summary>A new exchange of enhanced authentication for each connection (MQTT 5.0 §4.12), as <see cref="ScramClient"/>; null: none.</summary>
    public Func<IMqttAuthentication>? Authentication { get; init; }

    /// <summary>Null: plain TCP. Client certificates go in here, or into <see cref="ClientCertificate"/>.</summary>
    public SslClientAuthenticationOptions? Tls { get; init; }

    /// <summary>
    /// Our certificate with its key, asked for at each TLS handshake, and every <see cref="CertificatePeriod"/> while connected: another
    /// than before renews the connection, without a failed publish. Null from it: none. It must return soon and not throw.
    /// As <see cref="PemCertificate"/>.
    /// </summary>
    public Func<X509Certificate2?>? ClientCertificate { get; init; }

    public TimeSpan CertificatePeriod { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>MQTT over WebSocket (MQTT 5.0 §6) at this path, "/mqtt"; null: without.</summary>
    public string? WebSocketPath { get; init; }

    /// <summary>Through an HTTP proxy; null: straight.</summary>
    public MqttProxy? Proxy { get; init; }

    /// <summary>How often in a row a broker may send us to another (MQTT 5.0 §4.11); 0: never.</summary>
    public int RedirectsMax { get; init; } = 3;

    /// <summary>The broker ends us after 1.5 times this without a packet (MQTT 5.0 §3.1.2.10); its own Server Keep Alive goes before.</summary>
    public TimeSpan KeepAlive { get; init; } = TimeSpan.FromSeconds(20);

    /// <summary>How long the broker keeps our session after a lost connection; zero: a clean start each time.</summary>
    public TimeSpan SessionExpiry { get; init; } = TimeSpan.Zero;

    public MqttMessage? Will { get; init; }

    /// <summary>
    /// The will of each connection anew, asked as CONNECT is made, instead of <see cref="Will"/>; null from it: none. For wills that
    /// count their connections, as Sparkplug's NDEATH does. It must return at once, and a will that may be sent.
    /// </summary>
    public Func<MqttMessage?>? WillPerConnection { get; init; }

    /// <summary>How long the broker waits for us to come back before it sends the will (MQTT 5.0 §3.1.3.2.2). Whole seconds.</summary>
    public TimeSpan WillDelay { get; init; } = TimeSpan.Zero;

    /// <summary>
    /// Ending in order lets the broker send the will too (MQTT 5.0 §3.14.2.1, reason 0x04), as Sparkplug wants it of an edge node;
    /// MQTT 3.1.1 cannot.
    /// </summary>
    public bool DisconnectWithWill { get; init; }

    /// <summary>Subscribed again after every connect without a session.</summary>
    public IReadOnlyList<MqttSubscription> Subscriptions { get; init; } = [];

    /// <summary>QoS 1 and 2 messages that the broker may send before the first of them is acknowledged (MQTT 5.0 §3.1.2.11.3).</summary>
    public ushort ReceiveMaximum { get; init; } = 32;

    /// <summary>What becomes of QoS 0 messages that are read slower than they come.</summary>
    public SlowReader WhenReaderIsSlow { get; init; } = SlowReader.LoseQos0;

    /// <summary>Numbers that we give to busy topics, where the broker takes as many (MQTT 5.0 §3.3.2.3.4); 0: none.</summary>
    public int TopicAliasesMax { get; init; } = 32;

    /// <summary>Ask the broker where it wants responses to be sent (MQTT 5.0 §3.1.2.11.6).</summary>
    public bool AsksForResponseInformation { get; init; }

    /// <summary>The first pause before a reconnect; doubles, with jitter, up to <see cref="BackoffMax"/>.</summary>
    public TimeSpan BackoffMin { get; init; } = TimeSpan.FromMilliseconds(250);

    public TimeSpan BackoffMax { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>For the TCP connect with proxy, TLS and WebSocket, CONNACK and every acknowledgement.</summary>
    public TimeSpan ResponseTimeout { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>The largest packet we take, in bytes: what a controller's command needs, with room.</summary>
    public int PacketSizeMax { get; init; } = 256 * 1024;
}

/// <summary>What becomes of QoS 0 messages when as many wait as may wait.</summary>
public enum SlowReader
{
    /// <summary>They are dropped, and counted; everything else goes on.</summary>
    LoseQos0,

    /// <summary>Nothing more is read from the connection until there is room; the broker then decides whom it drops.</summary>
    HoldBack,
}

/// <param name="Host">A name or an address.</param>
public sealed record BrokerAddress(string Host, int Port);

/// <summary>An HTTP proxy that lets connections through with CONNECT (RFC 9110 §9.3.6).</summary>
public sealed record MqttProxy(string Host, int Port)
{
    /// <summary>For Basic authentication (RFC 7617); null: none.</summary>
    public string? UserName { get; init; }

    /// <summary>Never logged.</summary>
    public ReadOnlyMemory<byte> Password { get; init; }
}

/// <param name="Filter">MQTT 5.0 §4.7; <c>$share/group/filter</c> for a shared one (§4.8.2).</param>
/// <param name="Qos">At most.</param>
/// <param name="NoLocal">Not what we publish ourselves. MQTT 5 only, as all that follows.</param>
public sealed record MqttSubscription(string Filter, MqttQos Qos = MqttQos.AtLeastOnce, bool NoLocal = false)
{
    /// <summary>Retained flags come as they were published.</summary>
    public bool RetainAsPublished { get; init; }

    public RetainHandling RetainHandling { get; init; } = RetainHandling.Send;

    /// <summary>
    /// What the broker tells with each message that comes for this subscription (§3.8.2.1.2), 1 to 268,435,455; 0: nothing. Sent only
    /// where the subscription is asked for alone.
    /// </summary>
    public uint Identifier { get; init; }
}
