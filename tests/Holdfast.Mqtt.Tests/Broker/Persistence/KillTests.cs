using System.Globalization;
using System.Text;
using Holdfast.Mqtt.Broker;
using Holdfast.Mqtt.Packets;
using Holdfast.Testing;
using Xunit;

namespace Holdfast.Mqtt.Tests.Broker.Persistence;

/// <summary>Random traffic, and the power cut at random points: what was acknowledged arrives, QoS 2 once, each topic in order.</summary>
public sealed class KillTests
{
    private const int PublisherCount = 3;
    private const int SubscriberCount = 3;

    [Fact]
    public void Nothing_acknowledged_is_lost_and_nothing_of_QoS_2_doubled() =>
        Seeds.All(100, seed => new Run(seed).Holds());

    /// <summary>Clients that keep their own sessions, and a broker that is killed under them.</summary>
    private sealed class Run
    {
        private readonly SeededRandom random;
        private readonly MemoryFolder folder = new();
        private readonly ManualTimeProvider clock = new();
        private readonly KeptBroker broker;
        private readonly List<Publisher> publishers = [];
        private readonly List<Subscriber> subscribers = [];

        public Run(ulong seed)
        {
            random = new SeededRandom(seed);
            // Small segments: rewriting happens all the time.
            broker = new KeptBroker(folder, clock, rewriteAfter: 2_000 + random.Next(20_000));
            broker.Start();
            for (var i = 0; i < SubscriberCount; i++)
            {
                subscribers.Add(new Subscriber($"s{i}", i == 0 ? MqttQos.AtLeastOnce : MqttQos.ExactlyOnce));
            }

            for (var i = 0; i < PublisherCount; i++)
            {
                publishers.Add(new Publisher($"p{i}", i == 0 ? MqttQos.AtLeastOnce : MqttQos.ExactlyOnce));
            }

            foreach (var subscriber in subscribers)
            {
                subscriber.Connect(broker);
                broker.Commit();
                subscriber.Act(broker, random);
                broker.Subscribe(subscriber.Link, "t/#", subscriber.Qos);
            }

            broker.Commit();
        }

        public bool Holds()
        {
            ConnectAll();
            var kills = 1 + random.Next(6);
            for (var kill = 0; kill < kills; kill++)
            {
                Traffic(20 + random.Next(300));
                broker.Kill(random);
                broker.Start();
                ConnectAll();
            }

            Drain();
            return subscribers.All(s => publishers.All(p => s.HasAllOf(p)));
        }

        private void ConnectAll()
        {
            foreach (Peer peer in (Peer[])[.. publishers, .. subscribers])
            {
                peer.Connect(broker);
            }
        }

        private void Traffic(int steps)
        {
            for (var i = 0; i < steps; i++)
            {
                switch (random.Next(12))
                {
                    case 0:
                        broker.Commit();
                        break;
                    case 1:
                        HalfCommit();
                        break;
                    case 2:
                        var peer = random.Chance(0.5) ? (Peer)Any(publishers) : Any(subscribers);
                        peer.Lose(broker);
                        peer.Connect(broker);
                        break;
                    case 3:
                        clock.Advance(TimeSpan.FromMilliseconds(random.Next(2_000)));
                        broker.Core.Tick(broker.Now);
                        KeepAlive();
                        break;
                    case < 8:
                        Any(publishers).Publish(broker);
                        break;
                    default:
                        Any(publishers).Act(broker, random);
                        Any(subscribers).Act(broker, random);
                        break;
                }
            }
        }

        private void KeepAlive()
        {
            foreach (Peer peer in (Peer[])[.. publishers, .. subscribers])
            {
                broker.Send(peer.Link, PingPacket.Request);
            }
        }

        /// <summary>Killed between two of a commit's three parts, perhaps; else the commit ends later.</summary>
        private void HalfCommit()
        {
            if (broker.Keeper.Gather(broker.Core, broker.Now) && random.Chance(0.5))
            {
                broker.Keeper.Write();
                if (random.Chance(0.5))
                {
                    broker.Keeper.Finish(broker.Core);
                }
            }
        }

        private void Drain()
        {
            for (var i = 0; i < 2_000; i++)
            {
                broker.Commit();
                foreach (Peer peer in (Peer[])[.. publishers, .. subscribers])
                {
                    peer.Act(broker, random);
                }
            }
        }

        private T Any<T>(List<T> of) => of[random.Next(of.Count)];
    }

    private abstract class Peer(string name)
    {
        public string Name => name;

        public Link Link { get; private set; } = null!;

        protected bool IsConnected { get; private set; }

        public void Lose(KeptBroker broker)
        {
            broker.Core.Lose(Link, broker.Now);
            broker.Core.Forget(Link);
        }

        public void Connect(KeptBroker broker)
        {
            Link = broker.Connect(name);
            IsConnected = false;
        }

        /// <summary>Reads what the broker says, and answers some of it.</summary>
        public void Act(KeptBroker broker, SeededRandom random)
        {
            foreach (var packet in broker.Read(Link))
            {
                Assert.False(packet is DisconnectPacket, $"{name} was disconnected: {packet}");
                if (packet is ConnAckPacket welcome)
                {
                    IsConnected = true;
                    Resume(broker, welcome);
                }
                else
                {
                    Take(broker, packet, random);
                }
            }
        }

        protected abstract void Resume(KeptBroker broker, ConnAckPacket welcome);

        protected abstract void Take(KeptBroker broker, Packet packet, SeededRandom random);
    }

    private sealed class Publisher(string name, MqttQos qos) : Peer(name)
    {
        private readonly SortedDictionary<int, (ushort Id, bool IsReceived)> flying = [];
        private int next;

        public MqttQos Qos => qos;

        public List<int> Acknowledged { get; } = [];

        public void Publish(KeptBroker broker)
        {
            if (IsConnected && flying.Count < 8)
            {
                var number = next++;
                // Identifiers come again soon: one that the broker forgot to release would swallow a message.
                var id = (ushort)Enumerable.Range(1, 9).First(i => flying.Values.All(f => f.Id != i));
                flying[number] = (id, false);
                Send(broker, number, id);
            }
        }

        protected override void Resume(KeptBroker broker, ConnAckPacket welcome)
        {
            foreach (var (number, (id, isReceived)) in flying.ToList())
            {
                if (isReceived)
                {
                    broker.Send(Link, new AckPacket(PacketType.PubRel, id));
                }
                else
                {
                    Send(broker, number, id);
                }
            }
        }

        protected override void Take(KeptBroker broker, Packet packet, SeededRandom random)
        {
            if (packet is not AckPacket ack || !flying.Any(f => f.Value.Id == ack.PacketId))
            {
                return;
            }

            var number = flying.First(f => f.Value.Id == ack.PacketId).Key;
            if (ack.Type == PacketType.PubRec)
            {
                Acknowledged.Add(number);
                flying[number] = (ack.PacketId, true);
                broker.Send(Link, new AckPacket(PacketType.PubRel, ack.PacketId));
                return;
            }

            if (ack.Type == PacketType.PubAck)
            {
                Acknowledged.Add(number);
            }

            flying.Remove(number);
        }

        private void Send(KeptBroker broker, int number, ushort id) =>
            broker.Publish(Link, $"t/{Name}", number.ToString(CultureInfo.InvariantCulture), qos, id);
    }

    private sealed class Subscriber(string name, MqttQos qos) : Peer(name)
    {
        private readonly Dictionary<string, List<int>> seen = [];
        private readonly HashSet<ushort> unreleased = [];
        private readonly Queue<AckPacket> answers = [];

        public MqttQos Qos => qos;

        public bool HasAllOf(Publisher publisher)
        {
            var got = seen.GetValueOrDefault($"t/{publisher.Name}") ?? [];
            var once = publisher.Qos == MqttQos.ExactlyOnce && qos == MqttQos.ExactlyOnce;
            var first = got.Distinct().ToList();
            return publisher.Acknowledged.All(got.Contains)
                && (!once || got.Count == first.Count)
                && first.SequenceEqual(first.Order());
        }

        protected override void Resume(KeptBroker broker, ConnAckPacket welcome)
        {
            Assert.True(welcome.SessionPresent || seen.Count == 0, $"{Name} has lost its session");
            answers.Clear();
        }

        protected override void Take(KeptBroker broker, Packet packet, SeededRandom random)
        {
            if (packet is PublishPacket publish)
            {
                if (publish.Qos != MqttQos.ExactlyOnce || unreleased.Add(publish.PacketId))
                {
                    See(publish);
                }

                var type = publish.Qos == MqttQos.ExactlyOnce ? PacketType.PubRec : PacketType.PubAck;
                answers.Enqueue(new AckPacket(type, publish.PacketId));
            }
            else if (packet is AckPacket { Type: PacketType.PubRel } release)
            {
                unreleased.Remove(release.PacketId);
                answers.Enqueue(new AckPacket(PacketType.PubComp, release.PacketId));
            }

            while (answers.Count > 0 && random.Chance(0.8))
            {
                broker.Send(Link, answers.Dequeue());
            }
        }

        private void See(PublishPacket publish)
        {
            if (!seen.TryGetValue(publish.Topic, out var numbers))
            {
                seen[publish.Topic] = numbers = [];
            }

            numbers.Add(int.Parse(Encoding.UTF8.GetString(publish.Payload.Span), CultureInfo.InvariantCulture));
        }
    }
}
