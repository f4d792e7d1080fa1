using Holdfast.Mqtt.Packets;

namespace Holdfast.Mqtt.Broker;

/// <summary>From a publisher to the subscribers (§3.3.4, §4.3, §4.6).</summary>
internal sealed partial class BrokerCore
{
    private readonly Matches matches = new();

    private readonly Dictionary<Session, (MqttQos Qos, bool Retain, List<uint>? Ids)> receivers = [];

    /// <summary>The last session that has too much waiting after a message was routed.</summary>
    private Session? pressed;

    /// <summary>Keeps and delivers a message; the reason is for its publisher.</summary>
    private ReasonCode Route(RoutedMessage message, MonotonicTime now)
    {
        if (message.Packet.Retain)
        {
            var changes = !message.Packet.Payload.IsEmpty || retained.Find(message.Packet.Topic) is not null;
            if (!retained.TrySet(message))
            {
                return ReasonCode.QuotaExceeded;
            }

            if (changes)
            {
                journal.Retain(message);
            }
        }

        Gather(message);
        foreach (var (session, (qos, retain, ids)) in receivers)
        {
            Deliver(session, new Delivery(message, qos, retain, ids ?? (IReadOnlyList<uint>)[]), now);
        }

        foreach (var group in matches.Shared)
        {
            GiveToGroup(message, group, now);
        }

        return receivers.Count + matches.Shared.Count == 0 ? ReasonCode.NoMatchingSubscribers : ReasonCode.Success;
    }

    /// <summary>Each session once, with the highest QoS and all identifiers of its matching subscriptions (§3.3.4).</summary>
    private void Gather(RoutedMessage message)
    {
        matches.Clear();
        receivers.Clear();
        tree.Match(message.Packet.Topic, matches);
        foreach (var (session, held) in matches.Own)
        {
            var (subscription, id) = held;
            if (
                (subscription.NoLocal && session.ClientId == message.Publisher)
                || !session.MayRead(message.Packet.Topic)
            )
            {
                continue;
            }

            var (qos, retain, ids) = receivers.GetValueOrDefault(session);
            var granted = Lower(message.Packet.Qos, subscription.Qos);
            if (id != 0)
            {
                (ids ??= []).Add(id);
            }

            var keepsRetain = message.Packet.Retain && subscription.RetainAsPublished;
            receivers[session] = (granted > qos ? granted : qos, retain || keepsRetain, ids);
        }
    }

    private void Deliver(Session session, Delivery delivery, MonotonicTime now)
    {
        if (session.HasEnded || (delivery.Qos == MqttQos.AtMostOnce && session.Link is null))
        {
            return;
        }

        delivery = delivery with { Order = session.NextOrder++ };
        MakeRoom(session, delivery.Size, now);
        if (session.Queue.TryAdd(delivery))
        {
            if (delivery.Qos != MqttQos.AtMostOnce)
            {
                journal.Queue(session, delivery);
            }

            session.Link?.Wake();
            pressed = session.Link is not null && session.Queue.IsPressed ? session : pressed;
            return;
        }

        if (delivery.Group is not null)
        {
            // Its session ends below: then it is another's turn.
            orphans.Enqueue((delivery, session));
        }

        Overflow(session, now);
    }

    private static MqttQos Lower(MqttQos a, MqttQos b) => a < b ? a : b;
}
