using System.Net;
using Holdfast.Mqtt.Broker.Listening;

namespace Holdfast.Mqtt.Broker;

/// <summary>
/// Where the broker listens and what strangers may cost it. The defaults suit a rack: some dozens of clients, small
/// messages, and tens of megabytes at the very worst.
/// </summary>
public sealed record MqttBrokerOptions
{
    /// <summary>Port 0: any free one; <see cref="MqttBroker.EndPoint"/> then says which.</summary>
    public IPEndPoint EndPoint { get; init; } = new(IPAddress.Loopback, 1883);

    /// <summary>Where else it listens; where there are some, <see cref="EndPoint"/> does not count.</summary>
    public IReadOnlyList<BrokerListener> Listeners { get; init; } = [];

    /// <summary>
    /// Where sessions with an expiry, what waits in them, and retained messages are kept, so that they survive kill -9. A folder of the broker's own; the
    /// caller disposes it afterwards. Null: all of it ends with the broker.
    /// </summary>
    public IDurableFolder? Data { get; init; }

    /// <summary>How often <c>$SYS/broker/</c> is brought up to date; null: there is none.</summary>
    public TimeSpan? SystemTopicsPeriod { get; init; }

    /// <summary>Told in words what an operator should know: a full disk, damage found. Called from any thread.</summary>
    public Action<string> Notice { get; init; } = _ => { };

    /// <summary>Who may connect, publish and subscribe.</summary>
    public IBrokerPolicy Policy { get; init; } = new LoopbackPolicy();

    /// <summary>Connections at once; one more is closed as soon as it is made.</summary>
    public int ConnectionsMax { get; init; } = 256;

    /// <summary>Sessions, connected or kept for clients that are away; one more is refused with 0x97.</summary>
    public int SessionsMax { get; init; } = 512;

    /// <summary>From the TCP connection to a complete CONNECT; then it is closed.</summary>
    public TimeSpan ConnectTimeout { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>The longest keep alive; MQTT 5 clients that ask for more (or for none) are told this one.</summary>
    public TimeSpan KeepAliveMax { get; init; } = TimeSpan.FromMinutes(5);

    /// <summary>The longest that a session is kept for a client that is away; all of a 3.1.1 session's life.</summary>
    public TimeSpan SessionExpiryMax { get; init; } = TimeSpan.FromDays(1);

    /// <summary>The largest packet taken, in bytes with its header; a larger one ends the connection with 0x95.</summary>
    public int PacketSizeMax { get; init; } = 256 * 1024;

    /// <summary>QoS 2 messages of a client under way at once (MQTT 5.0 §3.3.4, our Receive Maximum).</summary>
    public int ReceiveMaximum { get; init; } = 100;

    /// <summary>
    /// Messages waiting for one client. Beyond it QoS 0 messages are dropped, the oldest first; if only others wait, the
    /// client is disconnected with 0x97 and its session ended, so that its next CONNACK says that something is missing.
    /// </summary>
    public int QueueCountMax { get; init; } = 5_000;

    /// <summary>The same in bytes.</summary>
    public int QueueBytesMax { get; init; } = 4 * 1024 * 1024;

    /// <summary>The same in bytes over all clients.</summary>
    public long QueueBytesTotalMax { get; init; } = 32 * 1024 * 1024;

    /// <summary>Retained messages; one more is refused with 0x97 (a 3.1.1 client, who cannot be told, is disconnected).</summary>
    public int RetainedCountMax { get; init; } = 4_096;

    /// <summary>The same in bytes.</summary>
    public int RetainedBytesMax { get; init; } = 4 * 1024 * 1024;

    /// <summary>What all subscriptions of all clients may cost in memory; one beyond is refused with 0x97.</summary>
    public int SubscriptionBytesMax { get; init; } = 8 * 1024 * 1024;

    /// <summary>Of a will, which every connection and session may keep: a client that has gone needs few words. A larger one is refused with 0x95.</summary>
    internal const int WillBytesMax = 16 * 1024;
}
