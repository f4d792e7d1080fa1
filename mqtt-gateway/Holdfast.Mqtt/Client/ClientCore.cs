using Holdfast.Mqtt.Packets;
using Holdfast.Mqtt.Sessions;

namespace Holdfast.Mqtt.Client;

/// <summary>How far a connection has come.</summary>
internal enum LinkState
{
    Down,
    AwaitingConnAck,
    AwaitingSubAck,
    Up,

    /// <summary>What is queued is still sent, then the connection is closed.</summary>
    Closing,
}

/// <summary>
/// What a client of MQTT 5.0 or 3.1.1 does, without doing it: a session and the connections it lives on. It guarantees
/// that a message given to it is answered for exactly once, that QoS 1 and 2 messages are sent again, in order and with DUP,
/// when the session continues [MQTT-4.4.0-1], and that the broker's limits are kept. Terms: a link is one connection; a
/// publish waits until the broker's Receive Maximum has room, then flies until the broker has acknowledged it; a renewal
/// exchanges one good link for another and fails no publish.
/// </summary>
/// <typeparam name="TTag">What the caller knows a publish by.</typeparam>
internal sealed partial class ClientCore<TTag>(MqttClientOptions options)
{
    /// <summary>
    /// What we bear before we end the connection. More than announced, since 3.1.1 brokers cannot be told, and mosquitto
    /// 2.0.11 forgets our Receive Maximum once something is acknowledged.
    /// </summary>
    private const int UnreadMin = 1_000;

    /// <summary>Of topic aliases that the broker may use.</summary>
    private const ushort TopicAliasMaximum = 16;

    /// <summary>Answers to a broker that does not read them.</summary>
    private const int ControlMax = 2_000;

    private readonly Queue<Packet> control = [];
    private string clientId = options.ClientId;
    private BrokerLimits limits = BrokerLimits.From(Properties.None);
    private TopicAliases aliases = new(0);
    private TimeSpan keepAlive;
    private bool connectedBefore;
    private bool sessionPresent;
    private string whyDown = "not connected yet";
    private MonotonicTime linkStarted;
    private MonotonicTime lastSent;
    private MonotonicTime? pingSent;
    private MonotonicTime? upSince;
    private MonotonicTime? lostAt;

    public LinkState State { get; private set; }

    public bool IsUp => State == LinkState.Up;

    /// <summary>The name that the broker knows us by, once it is known: it may have given it (§3.2.2.3.7).</summary>
    public string ClientId => clientId;

    /// <summary>Why this link is being closed, in words; null while it is not.</summary>
    public string? Failure { get; private set; }

    /// <summary>The news that the link is up, once.</summary>
    public ConnectionChange? Connected { get; private set; }

    /// <summary>Zero where it never was.</summary>
    public TimeSpan LastLinkWasUpFor { get; private set; }

    public Inbox Inbox { get; } =
        new(
            Math.Max(UnreadMin, (int)options.ReceiveMaximum),
            options.ReceiveMaximum * (long)options.PacketSizeMax,
            options.WhenReaderIsSlow == SlowReader.LoseQos0
        );

    /// <summary>Where we are; other addresses of the broker may come after it, or others before.</summary>
    private string Broker { get; set; } = $"{options.Host}:{options.Port}";

    private bool IsV5 => options.Version == MqttVersion.V5;

    /// <summary>The connection is there: CONNECT is the first thing to be sent.</summary>
    /// <param name="broker">To whom, in words; null: the first of the options.</param>
    public void StartLink(MonotonicTime now, string? broker = null)
    {
        Invariant.Require(State == LinkState.Down, "one connection at a time");
        State = LinkState.AwaitingConnAck;
        Broker = broker ?? Broker;
        Failure = null;
        Connected = null;
        redirect = null;
        linkStarted = now;
        lastSent = now;
        pingSent = null;
        aliases = new TopicAliases(IsV5 ? TopicAliasMaximum : 0);
        control.Enqueue(ConnectPacket());
    }

    /// <summary>
    /// The connection is gone. What waited was never sent: it is answered, or after a renewal's goodbye goes on waiting. What
    /// flew is kept where the session may continue.
    /// </summary>
    public void LoseLink(string why, MonotonicTime now)
    {
        State = LinkState.Down;
        whyDown = why;
        Failure = null;
        control.Clear();
        PutRequestsBack();
        EndReauthentication(new PublishOutcome(PublishResult.NotDelivered, why));
        if (renewal == Renewal.Leaving)
        {
            renewal = Renewal.Arriving;
        }
        else
        {
            renewal = Renewal.None;
            DropWaiting();
        }

        LastLinkWasUpFor = upSince is { } up ? now - up : TimeSpan.Zero;
        upSince = null;
        lostAt ??= now;
        if (options.SessionExpiry == TimeSpan.Zero)
        {
            EndSession(whyDown);
        }
    }

    /// <summary>Ends the link in order, without the will unless it is asked for (§3.14.4). False where there is none.</summary>
    public bool Finish()
    {
        if (State is LinkState.Down or LinkState.AwaitingConnAck)
        {
            return false;
        }

        var withWill = options.DisconnectWithWill && options.Version == MqttVersion.V5;
        Close(withWill ? ReasonCode.DisconnectWithWill : ReasonCode.Success, "the client was closed");
        return true;
    }

    /// <summary>Everything that is not answered for is now: the client is at its end.</summary>
    public void Abandon()
    {
        const string why = "the client was closed";
        DropWaiting();
        EndSession(why);
        RefuseRequests(why);
        EndReauthentication(NotDelivered(why));
    }

    /// <summary>The next packet to be sent. The tag is of a QoS 0 publish: delivered once it is written.</summary>
    public bool TryTake(MonotonicTime now, out Packet packet, out (bool Has, TTag Tag) written)
    {
        written = default;
        var taken =
            control.TryDequeue(out packet!)
            || TryTakeRequest(now, out packet)
            || TryTakePublish(now, out packet, out written)
            || TryTakeGoodbye(out packet);
        lastSent = taken ? now : lastSent;
        return taken;
    }

    /// <summary>What only the session knew is over. Subscriptions are not: they will be made again.</summary>
    private void EndSession(string why)
    {
        foreach (var (_, tag, _) in flow.Clear())
        {
            outcomes.Enqueue((tag, NotDelivered(why)));
        }

        lostAt = null;
    }

    private void Answer(AckPacket ack)
    {
        if (control.Count >= ControlMax)
        {
            Close(ReasonCode.UnspecifiedError, $"{Broker} does not read our answers");
            return;
        }

        control.Enqueue(ack);
    }

    private void Close(ReasonCode reason, string why)
    {
        if (State == LinkState.Closing)
        {
            return;
        }

        State = LinkState.Closing;
        Failure = why;
        if (reason.IsFailure())
        {
            // In order, what is acknowledged is still said.
            control.Clear();
        }

        if (reason == ReasonCode.Success || IsV5)
        {
            control.Enqueue(new DisconnectPacket(reason, Properties.None));
        }
    }

    /// <summary>The broker has closed, or will: nothing more may be sent (§3.14.4).</summary>
    private void Hear(string why)
    {
        State = LinkState.Closing;
        Failure = why;
        control.Clear();
    }
}
