using System.Net;
using Holdfast.Mqtt.Broker.Persistence;
using Holdfast.Mqtt.Packets;
using Holdfast.Mqtt.Sessions;

namespace Holdfast.Mqtt.Broker;

/// <summary>A network connection as the core sees it.</summary>
/// <param name="address">Of the other side.</param>
/// <param name="opened">When it was made.</param>
/// <param name="gate">For what may be said only once it lasts.</param>
/// <param name="wake">Says to the shell that there is something to be sent, or that the link closes.</param>
internal sealed class Link(IPAddress address, MonotonicTime opened, PromiseGate gate, Action wake)
{
    /// <summary>Answers that may wait for a client that does not read; then it is not read from either.</summary>
    private const int ControlMax = 256;

    /// <summary>The same of answers that wait for the disk: some milliseconds' worth.</summary>
    private const int PromisedMax = 1_024;

    public IPAddress Address { get; } = address;

    public MonotonicTime Opened { get; } = opened;

    /// <summary>What is to be sent before any message.</summary>
    public Queue<Packet> Control { get; } = [];

    /// <summary>What is to be sent once the journal has come so far, in this order.</summary>
    public Queue<(Packet Packet, long Position)> Promised { get; } = [];

    /// <summary>Where the journal stood before the step that is under way.</summary>
    public long Mark { get; set; }

    public PromiseGate Gate => gate;

    /// <summary>Who may do what on it.</summary>
    public required IBrokerPolicy Policy { get; init; }

    /// <summary>The user whom the client's certificate names; null: none.</summary>
    public string? CertifiedName { get; set; }

    /// <summary>Whether the password in CONNECT is the user's; null: that was not looked at.</summary>
    public bool? IsPasswordRight { get; set; }

    /// <summary>Whether answers to more packets have room.</summary>
    public bool HasRoom =>
        IsClosing || (Control.Count < ControlMax && Promised.Count < PromisedMax && gate.Journal.HasRoom);

    /// <summary>Null before CONNECT.</summary>
    public MqttVersion? Version { get; set; }

    /// <summary>Null before an accepted CONNECT.</summary>
    public BrokerClient? Client { get; set; }

    /// <summary>Null before an accepted CONNECT, and again when the link closes.</summary>
    public Session? Session { get; set; }

    /// <summary>What is in <see cref="Control"/> is still sent, then the connection is closed.</summary>
    public bool IsClosing { get; set; }

    /// <summary>When the last packet came.</summary>
    public MonotonicTime Heard { get; set; } = opened;

    /// <summary>1.5 times the keep alive [MQTT-3.1.2-22]; null: none.</summary>
    public TimeSpan? SilenceMax { get; set; }

    /// <summary>The largest packet that the client takes, in bytes [MQTT-3.1.2-24].</summary>
    public long PacketSizeMax { get; set; } = uint.MaxValue;

    public TopicAliases Aliases { get; set; } = new(0);

    public Will? Will { get; set; }

    public void Send(Packet packet)
    {
        if (!gate.Holds(this, packet))
        {
            Control.Enqueue(packet);
            wake();
        }
    }

    public void Wake() => wake();
}
