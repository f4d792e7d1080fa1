using Holdfast.Mqtt.Packets;

namespace Holdfast.Mqtt.Broker;

/// <summary>SUBSCRIBE and UNSUBSCRIBE (§3.8 to 3.11).</summary>
internal sealed partial class BrokerCore
{
    /// <summary>Retained messages that one SUBSCRIBE may have looked at, all its filters together: a tenth of a second at most.</summary>
    private const int LooksMax = 512 * 1024;

    private void Subscribe(Link link, Session session, SubscribePacket packet, MonotonicTime now)
    {
        if (!packet.Subscriptions.All(subscription => Utf8Rules.IsPlain(subscription.Filter)))
        {
            Close(link, ReasonCode.MalformedPacket, now, NotPlain);
            return;
        }

        var id = packet.Properties.SubscriptionIdentifiers is [var given, ..] ? given : 0;
        var reasons = new List<ReasonCode>(packet.Subscriptions.Count);
        var made = new List<(Subscription Subscription, bool IsNew)>();
        var looks = 0L;
        foreach (var subscription in packet.Subscriptions)
        {
            looks += LooksFor(subscription);
            var problem = looks > LooksMax ? ReasonCode.QuotaExceeded : Refusal(link, session, subscription.Filter);
            if (problem is { } refusal)
            {
                reasons.Add(options.ExplainsRefusals ? refusal : ReasonCode.UnspecifiedError);
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

            if (TopicFilter.IsShared(subscription.Filter))
            {
                // No retained messages with a shared subscription (§4.8.2).
                Relieve(subscription.Filter);
            }
            else if (
                subscription.RetainHandling == RetainHandling.Send
                || (isNew && subscription.RetainHandling == RetainHandling.SendIfNew)
            )
            {
                SendRetained(session, subscription, id, now);
            }
        }
    }

    private int LooksFor(Subscription subscription) =>
        subscription.RetainHandling == RetainHandling.DoNotSend || TopicFilter.IsShared(subscription.Filter) ? 0
        : subscription.Filter.AsSpan().IndexOfAny('+', '#') < 0 ? 1
        : retained.Count;

    private ReasonCode? Refusal(Link link, Session session, string filter)
    {
        var topics = SharedFilter.Split(filter, out _);
        if (topics.AsSpan().Count('/') >= SubscriptionTree.LevelsMax)
        {
            return ReasonCode.TopicFilterInvalid;
        }

        if (!link.Policy.MaySubscribe(link.Client!, topics))
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
            journal.Begin();
            Deliver(session, new Delivery(message, qos, Retain: true, id == 0 ? [] : [id]), now);
            if (session.HasEnded)
            {
                return;
            }
        }
    }

    private void Unsubscribe(Link link, Session session, UnsubscribePacket packet, MonotonicTime now)
    {
        if (!packet.Filters.All(Utf8Rules.IsPlain))
        {
            Close(link, ReasonCode.MalformedPacket, now, NotPlain);
            return;
        }

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
