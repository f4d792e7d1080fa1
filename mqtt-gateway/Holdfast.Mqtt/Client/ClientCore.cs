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
/// publish waits until the broker's Receive Maximum has room, then flies until the broker has acknowledged it.
/// </summary>
/// <typeparam name="TTag">What the caller knows a publish by.</typeparam>
internal sealed partial class ClientCore<TTag>(MqttClientOptions options)
{
    /// <summary>Publishes that wait for room; one more is not taken.</summary>
    public const int WaitingMax = 1_024;

    /// <summary>Our Receive Maximum: with the packet size limit it bounds what the broker can make us hold.</summary>
    private const ushort ReceiveMaximum = 32;

    /// <summary>
    /// What we bear before we end the connection. More than announced, since 3.1.1 brokers cannot be told, and mosquitto
    /// 2.0.11 forgets our Receive Maximum once something is acknowledged.
    /// </summary>
    private const int UnreadMax = 1_000;

    private const ushort TopicAliasMaximum = 16;

    /// <summary>Answers to a broker that does not read them.</summary>
    private const int ControlMax = 2_000;

    private readonly Queue<Packet> control = [];
    private readonly Queue<(PublishPacket Packet, TTag Tag)> waiting = [];
    private readonly OutboundFlow<(PublishPacket Packet, TTag Tag)> flow = new();
    private readonly Queue<(TTag Tag, PublishOutcome Outcome)> outcomes = [];
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
    private MonotonicTime? subscribeSent;
    private MonotonicTime? upSince;
    private MonotonicTime? lostAt;

    public LinkState State { get; private set; }

    public bool IsUp => State == LinkState.Up;

    /// <summary>Why this link is being closed, in words; null while it is not.</summary>
    public string? Failure { get; private set; }

    /// <summary>The news that the link is up, once.</summary>
    public ConnectionChange? Connected { get; private set; }

    /// <summary>Zero where it never was.</summary>
    public TimeSpan LastLinkWasUpFor { get; private set; }

    public Inbox Inbox { get; } = new(UnreadMax, ReceiveMaximum * (long)options.PacketSizeMax);

    private string Broker => $"{options.Host}:{options.Port}";

    /// <summary>Takes a message to be published. Returns the outcome where it is known at once; else it comes with the tag.</summary>
    public PublishOutcome? Offer(MqttMessage message, TTag tag)
    {
        if (MessageRules.Problem(message) is { } invalid)
        {
            return new PublishOutcome(PublishResult.Refused, invalid);
        }

        if (State != LinkState.Up)
        {
            return NotDelivered(whyDown);
        }

        var packet = MessageRules.ToPacket(message);
        if (limits.Problem(packet, options.Version) is { } refused)
        {
            return new PublishOutcome(PublishResult.Refused, refused);
        }

        if (waiting.Count >= WaitingMax)
        {
            return NotDelivered($"{WaitingMax} publishes wait already for {Broker}");
        }

        waiting.Enqueue((packet, tag));
        return null;
    }

    /// <summary>The connection is there: CONNECT is the first thing to be sent.</summary>
    public void StartLink(MonotonicTime now)
    {
        Invariant.Require(State == LinkState.Down, "one connection at a time");
        State = LinkState.AwaitingConnAck;
        Failure = null;
        Connected = null;
        linkStarted = now;
        lastSent = now;
        pingSent = null;
        subscribeSent = null;
        aliases = new TopicAliases(options.Version == MqttVersion.V5 ? TopicAliasMaximum : 0);
        control.Enqueue(ConnectPacket());
    }

    /// <summary>The connection is gone. What waited was never sent; what flew is kept where the session may continue.</summary>
    public void LoseLink(string why, MonotonicTime now)
    {
        State = LinkState.Down;
        whyDown = why;
        Failure = null;
        control.Clear();
        while (waiting.TryDequeue(out var unsent))
        {
            outcomes.Enqueue((unsent.Tag, NotDelivered(whyDown)));
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
    public void Abandon() => EndSession("the client was closed");

    /// <summary>The next packet to be sent. The tag is of a QoS 0 publish: delivered once it is written.</summary>
    public bool TryTake(MonotonicTime now, out Packet packet, out (bool Has, TTag Tag) written)
    {
        written = default;
        var taken = control.TryDequeue(out packet!) || TryTakePublish(now, out packet, out written);
        lastSent = taken ? now : lastSent;
        return taken;
    }

    /// <summary>The outcomes that have become known.</summary>
    public bool TryTakeOutcome(out (TTag Tag, PublishOutcome Outcome) outcome) => outcomes.TryDequeue(out outcome);

    /// <summary>The reader is done with the oldest message in the inbox.</summary>
    public void FinishMessage()
    {
        if (Inbox.Finish() is { } ack && State is LinkState.Up or LinkState.AwaitingSubAck)
        {
            Answer(ack);
        }
    }

    private bool TryTakePublish(MonotonicTime now, out Packet packet, out (bool Has, TTag Tag) written)
    {
        packet = null!;
        written = default;
        if (State != LinkState.Up)
        {
            return false;
        }

        while (flow.TakeResend(now) is { } flight)
        {
            if (Again(flight) is { } again)
            {
                packet = again;
                return true;
            }
        }

        return TryTakeWaiting(now, out packet, out written);
    }

    private bool TryTakeWaiting(MonotonicTime now, out Packet packet, out (bool Has, TTag Tag) written)
    {
        packet = null!;
        written = default;
        if (!waiting.TryPeek(out var next))
        {
            return false;
        }

        if (next.Packet.Qos == MqttQos.AtMostOnce)
        {
            packet = next.Packet;
            written = (true, next.Tag);
        }
        else if (flow.HasRoom)
        {
            var flight = flow.Begin(next, next.Packet.Qos, now);
            packet = next.Packet with { PacketId = flight.PacketId };
        }
        else
        {
            return false;
        }

        waiting.Dequeue();
        return true;
    }

    private Packet? Again(Flight<(PublishPacket Packet, TTag Tag)> flight)
    {
        if (flight.State == FlightState.AwaitingPubComp)
        {
            return new AckPacket(PacketType.PubRel, flight.PacketId);
        }

        var packet = flight.Item.Packet with { PacketId = flight.PacketId, Duplicate = true };
        if (limits.Problem(packet, options.Version) is not { } refused)
        {
            return packet;
        }

        flow.Abandon(flight);
        outcomes.Enqueue((flight.Item.Tag, new PublishOutcome(PublishResult.Refused, refused)));
        return null;
    }

    private void EndSession(string why)
    {
        foreach (var (_, tag) in flow.Clear())
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
        control.Clear();
        if (reason == ReasonCode.Success || options.Version == MqttVersion.V5)
        {
            control.Enqueue(new DisconnectPacket(reason, Properties.None));
        }
    }

    private static PublishOutcome NotDelivered(string why) => new(PublishResult.NotDelivered, why);
}
