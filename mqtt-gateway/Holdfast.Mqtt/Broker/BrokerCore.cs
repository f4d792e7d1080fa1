using System.Net;
using Holdfast.Mqtt.Broker.Persistence;
using Holdfast.Mqtt.Packets;

namespace Holdfast.Mqtt.Broker;

/// <summary>
/// What a broker of MQTT 5.0 and 3.1.1 does, without doing it: sessions, subscriptions, retained messages, wills, limits.
/// Not thread-safe: the shell calls it under one lock, with the time. Terms: a link is a network connection, a session what
/// outlives it, a delivery a message for one session. It guarantees that a QoS 1 or 2 message it has acknowledged is
/// delivered to every session that subscribed, or that the session visibly ended; and that all it holds is bounded by
/// <see cref="MqttBrokerOptions"/>. Not supported, and said so in CONNACK: shared subscriptions, enhanced authentication.
/// </summary>
internal sealed partial class BrokerCore(MqttBrokerOptions options, SeededRandom random, IBrokerJournal journal)
{
    private const int ClientIdLengthMax = 1_024;
    private const int UserNameLengthMax = 1_024;
    private const ushort TopicAliasMaximum = 16;

    private readonly PromiseGate gate = new(journal);
    private readonly HashSet<Link> links = [];
    private readonly Dictionary<string, Session> sessions = new(StringComparer.Ordinal);
    private readonly SubscriptionTree tree = new();
    private readonly RetainedStore retained = new(options.RetainedCountMax, options.RetainedBytesMax);
    private readonly QueueBudget budget = new(options.QueueBytesTotalMax);

    /// <summary>Sent only when the change that brought them is complete: routing one may end another session.</summary>
    private readonly Queue<RoutedMessage> dueWills = [];
    private readonly List<Session> willsSent = [];

    private int subscriptionBytes;
    private long droppedBefore;
    private long overflowed;

    public BrokerCore(MqttBrokerOptions options, SeededRandom random)
        : this(options, random, NoJournal.Instance) { }

    public BrokerStatus Status =>
        new(
            links.Count,
            sessions.Count,
            retained.Count,
            budget.Used,
            droppedBefore + sessions.Values.Sum(session => session.Queue.Dropped),
            overflowed
        );

    /// <summary>A connection was made. Null where there are too many: close it.</summary>
    /// <param name="policy">Of the listener; null: everybody's.</param>
    public Link? Open(IPAddress address, Action wake, MonotonicTime now, IBrokerPolicy? policy = null)
    {
        if (links.Count >= options.ConnectionsMax)
        {
            return null;
        }

        var link = new Link(address, now, gate, wake) { Policy = policy ?? options.Policy };
        links.Add(link);
        return link;
    }

    /// <summary>The connection is gone, in whatever way.</summary>
    public void Lose(Link link, MonotonicTime now)
    {
        link.IsClosing = true;
        Detach(link, sendWill: true, now);
        SendDueWills(now);
    }

    /// <summary>After <see cref="Lose"/>, when its socket is closed: it no longer counts.</summary>
    public void Forget(Link link) => links.Remove(link);

    /// <summary>What came on the link is not MQTT (MQTT 5.0 §4.13).</summary>
    public void Fail(Link link, DecodeError error, MonotonicTime now)
    {
        if (link.Client is not null)
        {
            Close(link, error.Reason, now, error.Text);
        }
        else if (error.ConnectVersion is { } version)
        {
            link.Version = version;
            Refuse(link, error.Reason, error.Text);
        }
        else
        {
            link.IsClosing = true;
            link.Wake();
        }

        SendDueWills(now);
    }

    /// <summary>Looks at the clock: silent clients, sessions and retained messages that expire, wills that are due.</summary>
    public void Tick(MonotonicTime now)
    {
        foreach (var link in links.Where(link => !link.IsClosing).ToList())
        {
            if (link.Session is null && now - link.Opened > options.ConnectTimeout)
            {
                link.IsClosing = true;
                link.Wake();
            }
            else if (link.SilenceMax is { } max && now - link.Heard > max)
            {
                Close(link, ReasonCode.KeepAliveTimeout, now);
            }
        }

        foreach (var session in sessions.Values.Where(session => session.Link is null).ToList())
        {
            if (session.ExpiresAt <= now)
            {
                End(session, now);
            }
            else if (session.PendingWill is { } will && will.Due <= now)
            {
                SendWill(session, will, now);
            }
        }

        retained.RemoveExpired(now);
        SendDueWills(now);
    }

    /// <summary>The broker is at its end: every client is told, and no will is sent, since nobody is left to hear it.</summary>
    public void ShutDown()
    {
        foreach (var link in links.Where(link => !link.IsClosing))
        {
            if (link is { Client: not null, Version: MqttVersion.V5 } && !PromiseGate.IsShut(link))
            {
                link.Control.Enqueue(new DisconnectPacket(ReasonCode.ServerShuttingDown, Properties.None));
            }

            // What is kept hears it after the restart (MQTT 5.0 §3.1.2.5).
            link.Will = link.Session is { JournalId: > 0 } ? link.Will : null;
            link.Promised.Clear();
            link.IsClosing = true;
            link.Wake();
        }
    }

    /// <summary>Ends a link from our side; a 3.1.1 client cannot be told why.</summary>
    private void Close(Link link, ReasonCode reason, MonotonicTime now, string? text = null)
    {
        if (link.IsClosing)
        {
            return;
        }

        var isShut = PromiseGate.IsShut(link);
        link.Promised.Clear();
        if (link.Version == MqttVersion.V5 && !isShut)
        {
            var properties = text is null ? Properties.None : new Properties { ReasonString = text };
            link.Control.Enqueue(new DisconnectPacket(reason, properties));
        }

        link.IsClosing = true;
        link.Wake();
        Detach(link, sendWill: true, now);
    }

    /// <summary>Parts a link from its session: the will, and the session's end or its waiting (§3.1.2.5, §3.1.2.11.2).</summary>
    private void Detach(Link link, bool sendWill, MonotonicTime now)
    {
        if (link.Session is not { } session)
        {
            return;
        }

        link.Session = null;
        session.Link = null;
        session.Queue.DropCasual();
        if (sendWill && link.Will is { } will)
        {
            var delay = TimeSpan.FromSeconds(will.Properties.WillDelayInterval ?? 0);
            session.PendingWill = new PendingWill(will, now + (delay < session.Expiry ? delay : session.Expiry));
        }

        link.Will = null;
        session.ExpiresAt = session.Expiry == TimeSpan.MaxValue ? null : now + session.Expiry;
        if (session.Expiry == TimeSpan.Zero)
        {
            End(session, now);
            return;
        }

        journal.Keep(session);
        if (session.PendingWill is { } pending && pending.Due <= now)
        {
            SendWill(session, pending, now);
        }
    }

    /// <summary>Forgets a session; a will whose delay still ran is due with it [MQTT-3.1.3-9].</summary>
    private void End(Session session, MonotonicTime now)
    {
        if (session.HasEnded)
        {
            return;
        }

        session.HasEnded = true;
        foreach (var filter in session.Subscriptions.Keys)
        {
            tree.Remove(filter, session);
            subscriptionBytes -= SubscriptionTree.BytesOf(filter);
        }

        if (session.PendingWill is { } pending)
        {
            dueWills.Enqueue(RoutedMessage.FromWill(pending.Will, session.ClientId, now));
        }

        session.Subscriptions.Clear();
        session.Queue.Clear();
        session.Flow.Clear();
        droppedBefore += session.Queue.Dropped;
        sessions.Remove(session.ClientId);
        journal.End(session);
    }

    private void SendWill(Session session, PendingWill will, MonotonicTime now)
    {
        session.PendingWill = null;
        dueWills.Enqueue(RoutedMessage.FromWill(will.Will, session.ClientId, now));
        willsSent.Add(session);
    }

    private void SendDueWills(MonotonicTime now)
    {
        while (dueWills.TryDequeue(out var will))
        {
            Route(will, now);
        }

        // Only now: a crash in between sends a will twice rather than never.
        foreach (var session in willsSent.Where(session => !session.HasEnded))
        {
            journal.Keep(session);
        }

        willsSent.Clear();
    }
}
