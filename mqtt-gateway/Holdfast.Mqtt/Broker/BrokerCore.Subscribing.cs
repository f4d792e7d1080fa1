using Holdfast.Mqtt.Packets;

namespace Holdfast.Mqtt.Broker;

/// <summary>SUBSCRIBE and UNSUBSCRIBE (§3.8 to 3.11).</summary>
internal sealed partial class BrokerCore
{
    private void Subscribe(Link link, Session session, SubscribePacket packet, MonotonicTime now)
    {
        var id = packet.Properties.SubscriptionIdentifiers is [var given, ..] ? given : 0;
        var reasons = new List<ReasonCode>(packet.Subscriptions.Count);
        var made = new List<(Subscription Subscription, bool IsNew)>();
        foreach (var subscription in packet.Subscriptions)
        {
            if (Refusal(link, session, subscription.Filter) is { } refusal)
            {
                reasons.Add(refusal);
                continue;
            }

            made.Add((subscription, Hold(session, new HeldSubscription(subscription, id))));
            reasons.Add((ReasonCode)subscription.Qos);
        }

        link.Send(new SubAckPacket(packet.PacketId, reasons, Properties.None));
        foreach (var (subscription, isNew) in made)
        {
            if (session.HasEnded)
            {
                // Its queue ran over: nothing more may go in.
                return;
            }

            if (
                subscription.RetainHandling == RetainHandling.Send
                || (isNew && subscription.RetainHandling == RetainHandling.SendIfNew)
            )
            {
                SendRetained(session, subscription, id, now);
            }
        }
    }

    private ReasonCode? Refusal(Link link, Session session, string filter)
    {
        if (TopicFilter.IsShared(filter))
        {
            return ReasonCode.SharedSubscriptionsNotSupported;
        }

        if (filter.AsSpan().Count('/') >= SubscriptionTree.LevelsMax)
        {
            return ReasonCode.TopicFilterInvalid;
        }

        if (!link.Policy.MaySubscribe(link.Client!, filter))
        {
            return ReasonCode.NotAuthorized;
        }

        if (session.JournalId > 0 && !journal.IsAccepting)
        {
            return ReasonCode.QuotaExceeded;
        }

        var isNew = !session.Subscriptions.ContainsKey(filter);
        if (
            isNew
            && session.Subscriptions.Count >= (link.Policy.QuotaFor(link.Client!).SubscriptionsMax ?? int.MaxValue)
        )
        {
            return ReasonCode.QuotaExceeded;
        }

        return isNew && subscriptionBytes + SubscriptionTree.BytesOf(filter) > options.SubscriptionBytesMax
            ? ReasonCode.QuotaExceeded
            : null;
    }

    /// <summary>Adds or replaces [MQTT-3.8.4-3]; says whether it is new.</summary>
    private bool Hold(Session session, HeldSubscription held)
    {
        var filter = held.Subscription.Filter;
        var isNew = session.Subscriptions.TryAdd(filter, held);
        session.Subscriptions[filter] = held;
        subscriptionBytes += isNew ? SubscriptionTree.BytesOf(filter) : 0;
        tree.Add(filter, session, held);
        journal.Subscribe(session, held);
        return isNew;
    }

    private void SendRetained(Session session, Subscription subscription, uint id, MonotonicTime now)
    {
        foreach (var message in retained.Matching(subscription.Filter, now))
        {
            if (
                (subscription.NoLocal && message.Publisher == session.ClientId)
                || !session.MayRead(message.Packet.Topic)
            )
            {
                continue;
            }

            var qos = Lower(message.Packet.Qos, subscription.Qos);
            Deliver(session, message, qos, retain: true, id == 0 ? [] : [id], now);
            if (session.HasEnded)
            {
                return;
            }
        }
    }

    private void Unsubscribe(Link link, Session session, UnsubscribePacket packet)
    {
        var reasons = new List<ReasonCode>(packet.Filters.Count);
        foreach (var filter in packet.Filters)
        {
            var existed = session.Subscriptions.Remove(filter);
            reasons.Add(existed ? ReasonCode.Success : ReasonCode.NoSubscriptionExisted);
            if (existed)
            {
                tree.Remove(filter, session);
                subscriptionBytes -= SubscriptionTree.BytesOf(filter);
                journal.Unsubscribe(session, filter);
            }
        }

        link.Send(new UnsubAckPacket(packet.PacketId, reasons, Properties.None));
    }
}
