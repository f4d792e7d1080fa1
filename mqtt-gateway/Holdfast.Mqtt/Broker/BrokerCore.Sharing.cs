using Holdfast.Mqtt.Sessions;

namespace Holdfast.Mqtt.Broker;

/// <summary>
/// Shared subscriptions (§4.8.2): what was given to a member that goes is given to another, so that it neither waits for a client
/// that may never come back nor is lost with its session.
/// </summary>
internal sealed partial class BrokerCore
{
    /// <summary>Taken from members that went; given out only when the change that freed them is complete.</summary>
    private readonly Queue<(Delivery Delivery, Session From)> orphans = [];

    /// <summary>What of them waited for others is with those before the journal hears of the end.</summary>
    private readonly List<Session> ended = [];

    /// <summary>What waits for a member that is away and another, who is there, can have.</summary>
    private void Release(Session session)
    {
        foreach (var delivery in session.Queue.Withdraw(waiting => waiting.Group is { HasConnected: true }))
        {
            orphans.Enqueue((delivery, session));
        }
    }

    /// <summary>
    /// All of a session that ends, in its order: also what was sent with QoS 1 and not acknowledged; not with QoS 2
    /// [MQTT-4.8.2-5].
    /// </summary>
    private void ReleaseAll(Session session)
    {
        foreach (var flight in session.Flow.Flights)
        {
            if (flight is { State: FlightState.AwaitingPubAck, Item.Group: not null })
            {
                orphans.Enqueue((flight.Item, session));
            }
        }

        foreach (var delivery in session.Queue.Withdraw(waiting => waiting.Group is not null))
        {
            orphans.Enqueue((delivery, session));
        }
    }

    /// <summary>A member is there: it gets what waits for those of its groups that are away.</summary>
    private void Relieve(string filter)
    {
        if (tree.Group(filter) is { } group)
        {
            foreach (var away in group.Away)
            {
                Release(away);
            }
        }
    }

    /// <summary>To whose turn it is, as that member's subscription asks.</summary>
    private Session? GiveToGroup(RoutedMessage message, SharedGroup group, MonotonicTime now)
    {
        if (group.Choose(message.Packet.Topic) is not var (session, (subscription, id)))
        {
            return null;
        }

        var qos = Lower(message.Packet.Qos, subscription.Qos);
        var retain = message.Packet.Retain && subscription.RetainAsPublished;
        Deliver(session, new Delivery(message, qos, retain, id == 0 ? [] : [id], group), now);
        return session;
    }

    /// <summary>Wills and orphans that changes have left behind; sending one may leave others.</summary>
    private void Settle(MonotonicTime now)
    {
        while (true)
        {
            // Each is a record of its own in the journal: together they could be larger than any may be.
            journal.Begin();
            if (orphans.TryDequeue(out var orphan))
            {
                Rehome(orphan.Delivery, orphan.From, now);
            }
            else if (dueWills.TryDequeue(out var will))
            {
                Route(will, now);
            }
            else
            {
                break;
            }
        }

        KeepWillsSent();
        ended.ForEach(journal.End);
        ended.Clear();
    }

    private void Rehome(Delivery orphan, Session from, MonotonicTime now)
    {
        var isExpired = orphan.Message.IsExpired(now);
        var heir = isExpired ? null : GiveToGroup(orphan.Message, orphan.Group!, now);
        droppedBefore += heir is null && !isExpired ? 1 : 0;
        // One that ends with its connection leaves no trace: then it is better told to the first again after a crash than to nobody.
        if (heir is null or { JournalId: > 0 } && orphan.Qos != MqttQos.AtMostOnce)
        {
            journal.Complete(from, orphan);
        }
    }
}
