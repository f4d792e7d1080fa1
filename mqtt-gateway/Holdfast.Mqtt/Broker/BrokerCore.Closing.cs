using Holdfast.Mqtt.Broker.Persistence;
using Holdfast.Mqtt.Packets;

namespace Holdfast.Mqtt.Broker;

/// <summary>How links and sessions end (§3.1.2.5, §3.1.2.11.2, §4.13).</summary>
internal sealed partial class BrokerCore
{
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
            Drop(link);
        }
    }

    /// <summary>The rules have changed: who may not be here any more goes.</summary>
    public void Review(MonotonicTime now)
    {
        foreach (var link in links.ToArray())
        {
            if (
                link is { IsClosing: false, Client: { } client }
                && !link.Policy.MayStay(client, link.CertifiedName is not null)
            )
            {
                Close(link, ReasonCode.NotAuthorized, now, "the user may not connect any more");
            }
        }

        Settle(now);
    }

    /// <summary>Ends a link from our side; a 3.1.1 client cannot be told why.</summary>
    private void Close(Link link, ReasonCode reason, MonotonicTime now, string? text = null, string? reference = null)
    {
        if (link.IsClosing)
        {
            return;
        }

        var isShut = PromiseGate.IsShut(link);
        link.Promised.Clear();
        if (link.Version == MqttVersion.V5 && !isShut)
        {
            link.Control.Enqueue(new DisconnectPacket(reason, Words(text, reference)));
        }

        Drop(link);
        Detach(link, sendWill: true, now);
    }

    /// <summary>Closes the connection once what it was to be told is sent.</summary>
    private static void Drop(Link link)
    {
        link.IsClosing = true;
        link.Wake();
    }

    private static ReasonCode ReasonOf(ServerRedirect elsewhere) =>
        elsewhere.IsPermanent ? ReasonCode.ServerMoved : ReasonCode.UseAnotherServer;

    private Properties Words(string? text, string? reference = null)
    {
        var explained = options.ExplainsRefusals ? text : null;
        return explained is null && reference is null
            ? Properties.None
            : new Properties { ReasonString = explained, ServerReference = reference };
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
        session.Queue.Restart();
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
        Release(session);
        session.Queue.DropCasual();
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

        ReleaseAll(session);
        session.Subscriptions.Clear();
        session.Queue.Clear();
        session.Flow.Clear();
        droppedBefore += session.Queue.Dropped;
        sessions.Remove(session.ClientId);
        ended.Add(session);
    }

    private void SendWill(Session session, PendingWill will, MonotonicTime now)
    {
        session.PendingWill = null;
        dueWills.Enqueue(RoutedMessage.FromWill(will.Will, session.ClientId, now));
        willsSent.Add(session);
    }
}
