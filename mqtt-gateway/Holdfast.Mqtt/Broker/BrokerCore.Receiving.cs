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
        else if (link.Handshake is { } handshake)
        {
            ReceiveWhileConnecting(link, handshake, packet, now);
        }
        else if (packet is ConnectPacket connect)
        {
            Connect(link, connect, now);
        }

        Settle(now);
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
                var reason = session.Received.Remove(release.PacketId) ? ReasonCode.Success : UnknownId;
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
                Unsubscribe(link, session, unsubscribe, now);
                break;
            case PingPacket { Type: PacketType.PingReq }:
                link.Send(PingPacket.Response);
                break;
            case DisconnectPacket disconnect:
                Disconnect(link, session, disconnect, now);
                break;
            case AuthPacket auth:
                ReceiveAuth(link, auth, now);
                break;
            default:
                // A second CONNECT [MQTT-3.1.0-2], or what only servers send.
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

        if (!Utf8Rules.IsPlain(packet.Topic))
        {
            Close(link, ReasonCode.MalformedPacket, now, NotPlain);
            return;
        }

        if (SubscriptionIdProblem(packet) is { } problem)
        {
            Close(link, ReasonCode.ProtocolError, now, problem);
            return;
        }

        var isExactlyOnce = packet.Qos == MqttQos.ExactlyOnce;
        if (isExactlyOnce && session.Received.Contains(packet.PacketId))
        {
            PromiseGate.DependOnAll(link);
            link.Send(new AckPacket(PacketType.PubRec, packet.PacketId));
            return;
        }

        var underWayMax = link.Version == MqttVersion.V5 ? options.ReceiveMaximum : options.UntoldReceiveMaximum;
        if (isExactlyOnce && session.Received.Count >= underWayMax)
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

    private ReasonCode UnknownId =>
        options.Reasons == ReasonDialect.Mosquitto ? ReasonCode.Success : ReasonCode.PacketIdentifierNotFound;

    private string? SubscriptionIdProblem(PublishPacket packet) =>
        packet.Properties.SubscriptionIdentifiers.Count switch
        {
            0 => null,
            1 when options.Reasons == ReasonDialect.Mosquitto => null,
            _ => "a subscription identifier from a client [MQTT-3.3.4-6]",
        };

    private static bool MayPublish(Link link, BrokerClient client, string topic) =>
        !topic.StartsWith("$SYS", StringComparison.Ordinal) && link.Policy.MayPublish(client, topic);

    private static PublishPacket Forwarded(PublishPacket packet, string topic)
    {
        var properties = packet.Properties;
        if (properties.TopicAlias is not null || properties.SubscriptionIdentifiers.Count > 0)
        {
            properties = properties with { TopicAlias = null, SubscriptionIdentifiers = [] };
        }

        return packet with
        {
            Topic = topic,
            Duplicate = false,
            PacketId = 0,
            Properties = properties,
        };
    }

    private void Answer(Link link, Session session, PublishPacket packet, ReasonCode reason, MonotonicTime now)
    {
        if (reason == ReasonCode.QuotaExceeded && link.Version != MqttVersion.V5)
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

        var isQuiet = isExactlyOnce && options.Reasons == ReasonDialect.Mosquitto;
        reason = isQuiet && reason == ReasonCode.NoMatchingSubscribers ? ReasonCode.Success : reason;
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
            case AckEffect.Unknown when ack.Type == PacketType.PubRec && !ack.Reason.IsFailure():
                link.Send(new AckPacket(PacketType.PubRel, ack.PacketId, UnknownId));
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
