using System.Net;
using Holdfast.Mqtt.Broker.Persistence;
using Holdfast.Mqtt.Packets;

namespace Holdfast.Mqtt.Broker;

/// <summary>
/// What a broker of MQTT 5.0 and 3.1.1 does, without doing it: sessions, subscriptions, retained messages, wills, limits.
/// Not thread-safe: the shell calls it under one lock, with the time. Terms: a link is a network connection, a session what
/// outlives it, a delivery a message for one session. It guarantees that a QoS 1 or 2 message it has acknowledged is
/// delivered to every session that subscribed, or that the session visibly ended; and that all it holds is bounded by
/// <see cref="MqttBrokerOptions"/>.
/// </summary>
internal sealed partial class BrokerCore(MqttBrokerOptions options, SeededRandom random, IBrokerJournal journal)
{
    private const int ClientIdLengthMax = 1_024;
    private const int UserNameLengthMax = 1_024;

    private readonly PromiseGate gate = new(journal);
    private readonly HashSet<Link> links = [];
    private readonly Dictionary<string, Session> sessions = new(StringComparer.Ordinal);
    private readonly SubscriptionTree tree = new();
    private readonly RetainedStore retained = new(options.RetainedCountMax, options.RetainedBytesMax);
    private readonly QueueBudget budget = new(options.QueueBytesTotalMax);

    /// <summary>Sent only when the change that brought them is complete: routing one may end another session.</summary>
    private readonly Queue<RoutedMessage> dueWills = [];
    private readonly List<Session> willsSent = [];

    private ServerRedirect? redirect = options.Redirect;
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
        journal.Begin();
        link.IsClosing = true;
        Detach(link, sendWill: true, now);
        Settle(now);
    }

    /// <summary>After <see cref="Lose"/>, when its socket is closed: it no longer counts.</summary>
    public void Forget(Link link) => links.Remove(link);

    /// <summary>What came on the link is not MQTT (MQTT 5.0 §4.13).</summary>
    public void Fail(Link link, DecodeError error, MonotonicTime now)
    {
        link.Version ??= error.ConnectVersion;
        if (link.Client is null)
        {
            RefuseFaulty(link, error.Reason, error.Text);
        }
        else if (FaultAnswer.To(error, options.Reasons, link.AuthenticationMethod is not null) is { } reason)
        {
            Close(link, reason, now, error.Text);
        }
        else
        {
            Drop(link);
            Detach(link, sendWill: true, now);
        }

        Settle(now);
    }

    /// <summary>From now on clients are sent elsewhere, those that are connected too; null: they are served again.</summary>
    public void Redirect(ServerRedirect? elsewhere, MonotonicTime now)
    {
        redirect = elsewhere;
        foreach (var link in links.Where(link => elsewhere is not null && link.Client is not null).ToList())
        {
            Close(link, ReasonOf(elsewhere!), now, reference: elsewhere!.Reference);
        }

        Settle(now);
    }

    /// <summary>Of received packets, in bytes: less for one who has yet to say who it is.</summary>
    public int PacketSizeMax(Link link) =>
        link.Client is null
            ? Math.Min(options.PacketSizeMax, MqttBrokerOptions.ConnectBytesMax)
            : options.PacketSizeMax;

    /// <summary>Looks at the clock: silent clients, sessions and retained messages that expire, wills that are due.</summary>
    public void Tick(MonotonicTime now)
    {
        foreach (var link in links.Where(link => !link.IsClosing).ToList())
        {
            journal.Begin();
            if (link.Session is null && now - link.Opened > options.ConnectTimeout)
            {
                Drop(link);
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
        Settle(now);
    }

    /// <summary>After wills were routed: a crash in between sends one twice rather than never.</summary>
    private void KeepWillsSent()
    {
        foreach (var session in willsSent.Where(session => !session.HasEnded))
        {
            journal.Keep(session);
        }

        willsSent.Clear();
    }
}
