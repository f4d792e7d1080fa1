using System.Buffers;
using System.Net;
using Holdfast.Mqtt.Broker;
using Holdfast.Mqtt.Packets;
using Xunit;
using Properties = Holdfast.Mqtt.Packets.Properties;

namespace Holdfast.Mqtt.Tests.Hostile;

/// <summary>Many clients, some polite, some not, at once on the broker's core; whatever they do, its limits hold and nothing is left of them.</summary>
public sealed class CoreFuzzTests
{
    private const int StepCount = 400;

    private static readonly MqttBrokerOptions Tight = new()
    {
        ConnectionsMax = 12,
        SessionsMax = 10,
        QueueCountMax = 20,
        QueueBytesMax = 30_000,
        QueueBytesTotalMax = 60_000,
        RetainedCountMax = 6,
        RetainedBytesMax = 20_000,
        SubscriptionBytesMax = 20_000,
        PacketSizeMax = 40_000,
        ReceiveMaximum = 5,
        SessionExpiryMax = TimeSpan.FromMinutes(10),
    };

    private readonly Corpus corpus = new();

    [Fact]
    public void Limits_hold_whatever_clients_send_and_nothing_is_left_of_them() =>
        FuzzBudget.ForEachSeed(150, seed => new Run(corpus, seed).Play());

    private sealed class Run(Corpus corpus, ulong seed)
    {
        private readonly SeededRandom random = new(seed);
        private readonly Mutator mutator = new(new SeededRandom(seed + 1));
        private readonly Crowd crowd = new(new SeededRandom(seed + 2));
        private readonly BrokerCore core = new(Tight, new SeededRandom(seed));
        private readonly List<Link> links = [];
        private MonotonicTime now = MonotonicTime.FromSeconds(1_000);

        public void Play()
        {
            for (var step = 0; step < StepCount; step++)
            {
                Step();
                AssertLimits();
            }

            links.ToList().ForEach(Leave);
            now += Tight.SessionExpiryMax + TimeSpan.FromDays(1);
            core.Tick(now);
            core.Tick(now);
            var status = core.Status;
            Assert.Equal((0, 0, 0L), (status.Connections, status.Sessions, status.QueuedBytes));
        }

        private void Step()
        {
            var link = links.Count > 0 ? links[random.Next(links.Count)] : null;
            switch (random.Next(12))
            {
                case 0:
                    Enter();
                    break;
                case 1 when link is not null && random.Chance(0.3):
                    Leave(link);
                    break;
                case 2:
                    now += TimeSpan.FromSeconds(random.Between(0, 30));
                    core.Tick(now);
                    break;
                case 3 or 4 or 5 when link is not null:
                    Read(link);
                    break;
                case 6 when link is not null:
                    Receive(link, mutator.Mutate(corpus.Any(random), corpus.Any(random)));
                    break;
                default:
                    if (link is not null)
                    {
                        var version = link.Version ?? MqttVersion.V5;
                        Receive(link, Corpus.Encode(crowd.Next(link.Session is not null, version), version));
                    }

                    break;
            }
        }

        private void Enter()
        {
            if (core.Open(IPAddress.Loopback, () => { }, now) is { } link)
            {
                links.Add(link);
            }
        }

        private void Leave(Link link)
        {
            links.Remove(link);
            core.Lose(link, now);
            core.Forget(link);
        }

        private void Receive(Link link, byte[] bytes)
        {
            var input = new ReadOnlySequence<byte>(bytes);
            while (link.HasRoom(now, out _))
            {
                var decoded = PacketDecoder.Decode(ref input, link.Version, core.PacketSizeMax(link));
                if (decoded.Error is { } error)
                {
                    core.Fail(link, error, now);
                }

                if (decoded.Packet is not { } packet || !core.Receive(link, packet, now))
                {
                    break;
                }
            }

            if (link.IsClosing)
            {
                Read(link);
                Leave(link);
            }
        }

        private void Read(Link link)
        {
            for (var count = random.Next(30); count > 0 && BrokerCore.TryTake(link, now, out var packet); count--)
            {
                var version = link.Version ?? MqttVersion.V5;
                Assert.True(PacketEncoder.Size(packet, version) <= link.PacketSizeMax);
                crowd.Heard(packet);
            }
        }

        private void AssertLimits()
        {
            var status = core.Status;
            Assert.InRange(status.Connections, 0, Tight.ConnectionsMax);
            Assert.InRange(status.Sessions, 0, Tight.SessionsMax);
            Assert.InRange(status.Retained, 0, Tight.RetainedCountMax);
            Assert.InRange(status.QueuedBytes, 0, Tight.QueueBytesTotalMax);
        }
    }

    /// <summary>Well-formed packets with few names, so that clients meet; acknowledgements mostly of what was heard.</summary>
    private sealed class Crowd(SeededRandom random)
    {
        private static readonly string[] Topics = ["a", "a/b", "a/c", "b", "b/c/d", "$SYS/x"];
        private static readonly string[] Filters = ["#", "+", "a/#", "a/+", "+/c/#", "a", "$share/g/a/#", "$SYS/#"];

        private readonly Queue<AckPacket> due = [];

        public Packet Next(bool isConnected, MqttVersion version) =>
            !isConnected ? Connect(version)
            : due.Count > 0 && random.Chance(0.4) ? due.Dequeue()
            : random.Next(10) switch
            {
                0 or 1 => Subscribe(version),
                2 => new UnsubscribePacket(Id(), [Filters[random.Next(Filters.Length)]], Properties.None),
                3 => new AckPacket((PacketType)(4 + random.Next(4)), Id()),
                4 when random.Chance(0.2) => new DisconnectPacket(
                    version == MqttVersion.V5 && random.Chance(0.5)
                        ? ReasonCode.DisconnectWithWill
                        : ReasonCode.Success,
                    Properties.None
                ),
                5 => PingPacket.Request,
                _ => Publish(version),
            };

        public void Heard(Packet packet)
        {
            AckPacket? answer = packet switch
            {
                PublishPacket { Qos: MqttQos.AtLeastOnce } p => new(PacketType.PubAck, p.PacketId),
                PublishPacket { Qos: MqttQos.ExactlyOnce } p => new(PacketType.PubRec, p.PacketId),
                AckPacket { Type: PacketType.PubRec } a => new(PacketType.PubRel, a.PacketId),
                AckPacket { Type: PacketType.PubRel } a => new(PacketType.PubComp, a.PacketId),
                _ => null,
            };
            if (answer is not null && due.Count < 100)
            {
                due.Enqueue(answer);
            }
        }

        private ConnectPacket Connect(MqttVersion version) =>
            new(version, $"client-{random.Next(15)}", random.Chance(0.5), (ushort)random.Next(120))
            {
                Will = random.Chance(0.3)
                    ? new Will(Topics[random.Next(5)], Bytes(), Qos(), random.Chance(0.3), Of(version, WillProperties))
                    : null,
                Properties = Of(version, ConnectProperties),
            };

        private SubscribePacket Subscribe(MqttVersion version)
        {
            var filter = Filters[random.Next(Filters.Length)];
            var isV5 = version == MqttVersion.V5;
            var noLocal = isV5 && random.Chance(0.3) && !TopicFilter.IsShared(filter);
            var subscription = new Subscription(
                filter,
                Qos(),
                noLocal,
                isV5 && random.Chance(0.3),
                isV5 ? (RetainHandling)random.Next(3) : RetainHandling.Send
            );
            return new SubscribePacket(Id(), [subscription], Properties.None);
        }

        private PublishPacket Publish(MqttVersion version)
        {
            var qos = Qos();
            return new PublishPacket(Topics[random.Next(Topics.Length)], Bytes(), qos)
            {
                PacketId = qos == MqttQos.AtMostOnce ? (ushort)0 : Id(),
                Retain = random.Chance(0.2),
                Properties = Of(version, PublishProperties),
            };
        }

        private Properties Of(MqttVersion version, Func<Properties> make) =>
            version == MqttVersion.V5 && random.Chance(0.5) ? make() : Properties.None;

        private Properties ConnectProperties() =>
            new()
            {
                SessionExpiryInterval = random.Chance(0.2) ? uint.MaxValue : (uint)random.Next(600),
                ReceiveMaximum = (ushort)(1 + random.Next(5)),
                MaximumPacketSize = 100 + (uint)random.Next(10_000),
                TopicAliasMaximum = (ushort)random.Next(20),
            };

        private Properties WillProperties() => new() { WillDelayInterval = (uint)random.Next(120) };

        private Properties PublishProperties() =>
            new()
            {
                MessageExpiryInterval = (uint)random.Next(60),
                TopicAlias = random.Chance(0.5) ? (ushort)(1 + random.Next(20)) : null,
            };

        private MqttQos Qos() => (MqttQos)random.Next(3);

        private ushort Id() => (ushort)(1 + random.Next(10));

        private ReadOnlyMemory<byte> Bytes() => new byte[random.Chance(0.1) ? random.Next(12_000) : random.Next(40)];
    }
}
