using Holdfast.Mqtt.Broker.Persistence;
using Holdfast.Mqtt.Packets;
using Holdfast.Mqtt.Sessions;

namespace Holdfast.Mqtt.Broker;

/// <summary>What the broker does with each packet of a client.</summary>
internal sealed partial class BrokerCore
{
    /// <summary>Takes a packet; false where nothing more is to be read from the link.</summary>
    public bool Receive(Link link, Packet packet, MonotonicTime now)
    {
        link.Heard = now;
        gate.Begin(link);
        if (link.IsClosing)
        {
            return false;
        }

        if (link.Session is { } session)
        {
            ReceiveInSession(link, session, packet, now);
        }
        else if (packet is ConnectPacket connect)
        {
            Connect(link, connect, now);
        }

        SendDueWills(now);
        return !link.IsClosing;
    }

    private void ReceiveInSession(Link link, Session session, Packet packet, MonotonicTime now)
    {
        switch (packet)
        {
            case PublishPacket publish:
                Publish(link, session, publish, now);
                break;
            case AckPacket { Type: PacketType.PubRel } release:
                var reason = session.Received.Remove(release.PacketId)
                    ? ReasonCode.Success
                    : ReasonCode.PacketIdentifierNotFound;
                journal.Release(session, release.PacketId);
                link.Send(new AckPacket(PacketType.PubComp, release.PacketId, reason));
                break;
            case AckPacket ack:
                Acknowledge(link, session, ack, now);
                break;
            case SubscribePacket subscribe:
                Subscribe(link, session, subscribe, now);
                break;
            case UnsubscribePacket unsubscribe:
                Unsubscribe(link, session, unsubscribe);
                break;
            case PingPacket { Type: PacketType.PingReq }:
                link.Send(PingPacket.Response);
                break;
            case DisconnectPacket disconnect:
                Disconnect(link, session, disconnect, now);
                break;
            default:
                // A second CONNECT [MQTT-3.1.0-2], AUTH without a method (§4.12), or what only servers send.
                Close(link, ReasonCode.ProtocolError, now, "a packet that may not come here (§2.1.2, §3.1)");
                break;
        }
    }

    private void Publish(Link link, Session session, PublishPacket packet, MonotonicTime now)
    {
        if (link.Aliases.Resolve(packet) is not { Length: > 0 } topic)
        {
            Close(link, ReasonCode.TopicAliasInvalid, now);
            return;
        }

        if (packet.Properties.SubscriptionIdentifiers.Count > 0)
        {
            Close(link, ReasonCode.ProtocolError, now, "a subscription identifier from a client [MQTT-3.3.4-6]");
            return;
        }

        var isExactlyOnce = packet.Qos == MqttQos.ExactlyOnce;
        if (isExactlyOnce && session.Received.Contains(packet.PacketId))
        {
            PromiseGate.DependOnAll(link);
            link.Send(new AckPacket(PacketType.PubRec, packet.PacketId));
            return;
        }

        if (isExactlyOnce && link.Version == MqttVersion.V5 && session.Received.Count >= options.ReceiveMaximum)
        {
            Close(link, ReasonCode.ReceiveMaximumExceeded, now);
            return;
        }

        var isPromise = packet.Qos != MqttQos.AtMostOnce;
        var reason =
            !MayPublish(link, link.Client!, topic) ? ReasonCode.NotAuthorized
            : isPromise && !journal.IsAccepting ? ReasonCode.QuotaExceeded
            : Route(new RoutedMessage(Forwarded(packet, topic), session.ClientId, now), now);
        Answer(link, session, packet, reason, now);
    }

    private static bool MayPublish(Link link, BrokerClient client, string topic) =>
        !topic.StartsWith("$SYS", StringComparison.Ordinal) && link.Policy.MayPublish(client, topic);

    private static PublishPacket Forwarded(PublishPacket packet, string topic)
    {
        var properties = packet.Properties.TopicAlias is null
            ? packet.Properties
            : packet.Properties with
            {
                TopicAlias = null,
            };
        return packet with { Topic = topic, Duplicate = false, PacketId = 0, Properties = properties };
    }

    private void Answer(Link link, Session session, PublishPacket packet, ReasonCode reason, MonotonicTime now)
    {
        if (reason == ReasonCode.QuotaExceeded && link.Version == MqttVersion.V311)
        {
            // It cannot be told, and must not believe that its message is kept.
            Close(link, reason, now);
            return;
        }

        // Routing may have ended this very client, when its own queue was full.
        if (packet.Qos == MqttQos.AtMostOnce || link.IsClosing)
        {
            return;
        }

        var isExactlyOnce = packet.Qos == MqttQos.ExactlyOnce;
        if (isExactlyOnce && !reason.IsFailure())
        {
            session.Received.Add(packet.PacketId);
            journal.Receive(session, packet.PacketId);
        }

        link.Send(new AckPacket(isExactlyOnce ? PacketType.PubRec : PacketType.PubAck, packet.PacketId, reason));
    }

    private void Acknowledge(Link link, Session session, AckPacket ack, MonotonicTime now)
    {
        var (effect, flight) = session.Flow.Acknowledge(ack, now);
        switch (effect)
        {
            case AckEffect.Completed:
                session.Queue.Complete(flight!.Item);
                journal.Complete(session, flight.Item);
                link.Wake();
                break;
            case AckEffect.Release:
                journal.Fly(session, flight!.Item, flight.PacketId, isReceived: true);
                link.Send(new AckPacket(PacketType.PubRel, ack.PacketId));
                break;
            case AckEffect.Unknown when ack.Type == PacketType.PubRec:
                link.Send(new AckPacket(PacketType.PubRel, ack.PacketId, ReasonCode.PacketIdentifierNotFound));
                break;
            case AckEffect.Wrong:
                Close(link, ReasonCode.ProtocolError, now, "an acknowledgement for another QoS (§4.3)");
                break;
            case AckEffect.Unknown:
            default:
                // Of a message that is done with, as after a resumed session: nothing to do.
                break;
        }
    }
}
