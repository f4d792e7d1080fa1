using System.Globalization;
using System.Text;
using Holdfast.Mqtt.Broker;
using Holdfast.Mqtt.Packets;
using Xunit;
using Properties = Holdfast.Mqtt.Packets.Properties;

namespace Holdfast.Mqtt.Tests.Broker;

/// <summary>
/// A publisher and a subscriber of each QoS whose connections break at any packet, in either direction, against the core: what was
/// acknowledged arrives, in order, and with QoS 2 once (MQTT 5.0 §4.3, §4.4, §4.6).
/// </summary>
public sealed class ExactlyOnceProperties
{
    private const int Messages = 40;

    [Theory]
    [InlineData(MqttQos.AtLeastOnce, MqttVersion.V5)]
    [InlineData(MqttQos.ExactlyOnce, MqttVersion.V5)]
    [InlineData(MqttQos.ExactlyOnce, MqttVersion.V311)]
    public void Nothing_is_lost_doubled_or_out_of_order_however_connections_break(MqttQos qos, MqttVersion version) =>
        Seeds.All(
            300,
            seed =>
            {
                var random = new SeededRandom(seed);
                var rig = new CoreRig();
                var subscriber = new Subscriber(rig, random, version, qos);
                var publisher = new Publisher(rig, random, version, qos);
                for (
                    var step = 0;
                    step < 20_000 && !(publisher.IsDone && subscriber.Got.LastOrDefault() == Messages - 1);
                    step++
                )
                {
                    publisher.Step();
                    subscriber.Step();
                }

                var distinct = subscriber.Got.Distinct().ToList();
                var isComplete = distinct.SequenceEqual(Enumerable.Range(0, Messages));
                return isComplete && (qos != MqttQos.ExactlyOnce || subscriber.Got.Count == Messages);
            }
        );

    /// <summary>A client's side that keeps its session over connections that break.</summary>
    private abstract class Peer(CoreRig rig, SeededRandom random, MqttVersion version, string id)
    {
        private CorePeer? link;

        protected SeededRandom Random { get; } = random;

        /// <summary>One thing happens: the connection breaks, or is made, or a packet comes, or one is sent.</summary>
        public void Step()
        {
            if (link is null)
            {
                link = rig.Open();
                link.Send(
                    new ConnectPacket(version, id, false, 60)
                    {
                        Properties =
                            version == MqttVersion.V5
                                ? new Properties
                                {
                                    SessionExpiryInterval = 600,
                                    ReceiveMaximum = 4,
                                    TopicAliasMaximum = 2,
                                }
                                : Properties.None,
                    }
                );
                Connected();
            }
            else if (Random.Chance(0.03))
            {
                // What was on its way to us is lost with it.
                link.Lose();
                link = null;
            }
            else if (BrokerCore.TryTake(link.Link, rig.Now, out var packet))
            {
                Receive(packet);
            }
            else
            {
                Act();
            }
        }

        protected void Send(Packet packet) => link!.Send(packet);

        protected abstract void Connected();

        protected abstract void Receive(Packet packet);

        protected abstract void Act();
    }

    private sealed class Publisher(CoreRig rig, SeededRandom random, MqttVersion version, MqttQos qos)
        : Peer(rig, random, version, "publisher")
    {
        private int next;
        private bool isReleased;
        private bool mustResend;

        public bool IsDone => next == Messages;

        protected override void Connected() => mustResend = true;

        protected override void Receive(Packet packet)
        {
            if (packet is not AckPacket { PacketId: var id } ack || id != next + 1)
            {
                return;
            }

            if (ack.Type == PacketType.PubRec)
            {
                isReleased = true;
                Send(new AckPacket(PacketType.PubRel, id));
            }
            else
            {
                next++;
                isReleased = false;
                mustResend = true;
            }
        }

        protected override void Act()
        {
            if (!mustResend || IsDone)
            {
                return;
            }

            mustResend = false;
            var id = (ushort)(next + 1);
            var payload = Encoding.ASCII.GetBytes(next.ToString(CultureInfo.InvariantCulture));
            Send(
                isReleased
                    ? new AckPacket(PacketType.PubRel, id)
                    : new PublishPacket("topic", payload, qos) { PacketId = id, Duplicate = Random.Chance(0.5) }
            );
        }
    }

    private sealed class Subscriber(CoreRig rig, SeededRandom random, MqttVersion version, MqttQos qos)
        : Peer(rig, random, version, "subscriber")
    {
        private readonly HashSet<ushort> unreleased = [];
        private bool isSubscribed;

        public List<int> Got { get; } = [];

        protected override void Connected()
        {
            if (!isSubscribed)
            {
                isSubscribed = true;
                Send(new SubscribePacket(1, [new Subscription("topic", qos)], Properties.None));
            }
        }

        protected override void Receive(Packet packet)
        {
            switch (packet)
            {
                case PublishPacket { Qos: MqttQos.AtLeastOnce } publish:
                    Got.Add(Number(publish));
                    Send(new AckPacket(PacketType.PubAck, publish.PacketId));
                    break;
                case PublishPacket publish:
                    if (unreleased.Add(publish.PacketId))
                    {
                        Got.Add(Number(publish));
                    }

                    Send(new AckPacket(PacketType.PubRec, publish.PacketId));
                    break;
                case AckPacket { Type: PacketType.PubRel } release:
                    unreleased.Remove(release.PacketId);
                    Send(new AckPacket(PacketType.PubComp, release.PacketId));
                    break;
                default:
                    break;
            }
        }

        protected override void Act() { }

        private static int Number(PublishPacket publish) =>
            int.Parse(publish.Payload.Span, CultureInfo.InvariantCulture);
    }
}
