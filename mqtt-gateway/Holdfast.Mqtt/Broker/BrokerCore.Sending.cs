using Holdfast.Mqtt.Broker.Persistence;
using Holdfast.Mqtt.Packets;
using Holdfast.Mqtt.Sessions;

namespace Holdfast.Mqtt.Broker;

/// <summary>What goes out on a link, in which order and form (§4.4, §4.6, §4.9).</summary>
internal sealed partial class BrokerCore
{
    /// <summary>Of a topic alias with its property's own byte.</summary>
    private const int TopicAliasSize = 3;

    /// <summary>The next packet for a link: answers first, then what is to be sent again, then what waits.</summary>
    public static bool TryTake(Link link, MonotonicTime now, out Packet packet)
    {
        var mayPass = !PromiseGate.IsShut(link);
        while ((mayPass && link.Control.TryDequeue(out packet!)) || link.Gate.TryPass(link, out packet))
        {
            packet = Fitting(packet, link);
            // What the client cannot take is not sent [MQTT-3.1.2-24]: a connection that closes then closes without a word.
            if (link.PacketSizeMax == uint.MaxValue || !TooLarge(packet, link))
            {
                return true;
            }

            link.IsClosing |= packet is ConnAckPacket;
        }

        return mayPass
            && link.Session is { } session
            && (TryTakeAgain(link, session, now, out packet) || TryTakeWaiting(link, session, now, out packet));
    }

    private static bool TryTakeAgain(Link link, Session session, MonotonicTime now, out Packet packet)
    {
        while (session.Flow.TakeResend(now) is { } flight)
        {
            packet =
                flight.State == FlightState.AwaitingPubComp
                    ? new AckPacket(PacketType.PubRel, flight.PacketId)
                    : flight.Item.ToPacket(flight.PacketId, duplicate: true, now);
            if (!TooLarge(packet, link))
            {
                if (MustLast(link, session, flight.Item, packet))
                {
                    continue;
                }

                packet =
                    flight.State == FlightState.AwaitingPubComp
                        ? packet
                        : Aliased(link, (PublishPacket)packet, flight.Item);
                return true;
            }

            session.Flow.Abandon(flight);
            session.Queue.Complete(flight.Item);
            link.Gate.Journal.Complete(session, flight.Item);
        }

        packet = null!;
        return false;
    }

    private static bool TryTakeWaiting(Link link, Session session, MonotonicTime now, out Packet packet)
    {
        while (session.Queue.TryTake(session.Flow.HasRoom, out var delivery))
        {
            var isAssured = delivery.Qos != MqttQos.AtMostOnce;
            // As if delivered: too old [MQTT-3.3.2-5], or larger than the client takes [MQTT-3.1.2-25].
            if (delivery.Message.IsExpired(now) || TooLarge(delivery, link, now))
            {
                if (isAssured)
                {
                    session.Queue.Complete(delivery);
                    link.Gate.Journal.Complete(session, delivery);
                }

                continue;
            }

            var id = isAssured ? session.Flow.Begin(delivery, delivery.Qos, now).PacketId : (ushort)0;
            packet = delivery.ToPacket(id, duplicate: false, now);
            if (!MustLast(link, session, delivery, packet))
            {
                packet = Aliased(link, (PublishPacket)packet, delivery);
                return true;
            }
        }

        packet = null!;
        return false;
    }

    /// <summary>
    /// Under which identifier a QoS 2 message goes to its client must outlive us, or the client could get it twice: then the packet waits.
    /// </summary>
    private static bool MustLast(Link link, Session session, Delivery delivery, Packet packet)
    {
        if (delivery.Qos != MqttQos.ExactlyOnce || session.JournalId == 0)
        {
            return false;
        }

        if (packet is PublishPacket { Duplicate: false } publish)
        {
            link.Gate.Journal.Begin();
            link.Gate.Journal.Fly(session, delivery, publish.PacketId, isReceived: false);
        }

        PromiseGate.DependOnAll(link);
        return link.Gate.Holds(link, packet);
    }

    /// <summary>With the number that stands for its topic on this link, or gives it one (§3.3.2.3.4).</summary>
    private static PublishPacket Aliased(Link link, PublishPacket packet, in Delivery delivery)
    {
        if (delivery.Size + TopicAliasSize > link.PacketSizeMax)
        {
            return packet;
        }

        var (alias, isNew) = link.AssignedAliases.For(packet.Topic);
        return alias == 0
            ? packet
            : packet with
            {
                Topic = isNew ? packet.Topic : "",
                Properties = packet.Properties with { TopicAlias = alias },
            };
    }

    /// <summary>Without the reason string where the client has not the room or the wish for it [MQTT-3.14.2-3].</summary>
    private static Packet Fitting(Packet packet, Link link) =>
        packet switch
        {
            DisconnectPacket { Properties.ReasonString: not null } p when TooLarge(p, link) => p with
            {
                Properties = Properties.None,
            },
            ConnAckPacket { Properties.ReasonString: not null } p when TooLarge(p, link) => p with
            {
                Properties = Properties.None,
            },
            _ => packet,
        };

    private static bool TooLarge(Packet packet, Link link) =>
        PacketEncoder.Size(packet, link.Version ?? MqttVersion.V5) > link.PacketSizeMax;

    // The estimate is never below the packet's true size, and most clients take everything.
    private static bool TooLarge(Delivery delivery, Link link, MonotonicTime now) =>
        delivery.Size > link.PacketSizeMax && TooLarge(delivery.ToPacket(1, duplicate: false, now), link);
}
