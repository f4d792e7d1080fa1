using Holdfast.Mqtt.Client;
using Holdfast.Mqtt.Packets;
using Holdfast.Mqtt.Sessions;
using Xunit;

namespace Holdfast.Mqtt.Tests.Client;

/// <summary>
/// A client and a broker with connections that break anywhere: nothing acknowledged is lost, QoS 2 comes once, each topic keeps its
/// order, and every publish is answered once. Seeds replay.
/// </summary>
public sealed class ClientCorePropertyTests
{
    private const int MessagesMax = 60;

    [Fact]
    public void Connections_that_break_anywhere_lose_double_and_reorder_nothing() =>
        Seeds.All(
            400,
            seed =>
            {
                var world = new World(seed);
                world.Live();
                world.Settle();
                world.Check();
                return true;
            }
        );

    private sealed class World(ulong seed)
    {
        private static readonly MqttClientOptions Options = new("broker", 1883, "me")
        {
            SessionExpiry = TimeSpan.FromHours(1),
            Subscriptions = [new("#", MqttQos.ExactlyOnce)],
            ReceiveMaximum = 4,
        };

        private readonly SeededRandom random = new(seed);
        private readonly ClientCore<int> core = new(Options);
        private readonly ModelBroker broker = new(receiveMaximum: 5);
        private readonly Queue<Packet> wire = [];
        private readonly List<Received> inHand = [];
        private readonly List<int> read = [];
        private readonly List<(string Topic, MqttQos Qos)> sent = [];
        private readonly int[] answers = new int[MessagesMax];
        private readonly HashSet<int> delivered = [];
        private MonotonicTime now = MonotonicTime.FromSeconds(1_000);
        private TopicAliases linkAliases = new(2);

        public void Live()
        {
            for (var step = 0; step < 600; step++)
            {
                now += TimeSpan.FromMilliseconds(random.Next(50));
                switch (random.Next(12))
                {
                    case 0 or 1 when sent.Count < MessagesMax:
                        Publish();
                        break;
                    case 2 or 3:
                        ToWire(random.Next(4));
                        break;
                    case 4 or 5:
                        ToBroker(random.Next(4));
                        break;
                    case 6 or 7:
                        ToClient(random.Next(4));
                        break;
                    case 8 or 9:
                        Read();
                        break;
                    case 10 when random.Chance(0.3):
                        Cut();
                        break;
                    case 11 when core.State == LinkState.Down:
                        core.StartLink(now);
                        linkAliases = new TopicAliases(2);
                        break;
                }
            }
        }

        /// <summary>A connection that holds, for long enough.</summary>
        public void Settle()
        {
            for (var round = 0; round < 200; round++)
            {
                if (core.State == LinkState.Down)
                {
                    core.StartLink(now);
                    linkAliases = new TopicAliases(2);
                }

                ToWire(100);
                ToBroker(100);
                ToClient(100);
                Read();
            }
        }

        public void Check()
        {
            Assert.Equal(LinkState.Up, core.State);
            Assert.All(answers.Take(sent.Count), count => Assert.Equal(1, count));
            Assert.All(delivered, message => Assert.Contains(message, read));
            foreach (var message in Enumerable.Range(0, sent.Count).Where(i => sent[i].Qos == MqttQos.ExactlyOnce))
            {
                Assert.InRange(read.Count(m => m == message), 0, 1);
            }

            foreach (var topic in sent.Select(s => s.Topic).Distinct())
            {
                var firsts = read.Distinct().Where(m => sent[m].Topic == topic).ToList();
                Assert.Equal(firsts.Order(), firsts);
            }
        }

        private void Publish()
        {
            var message = sent.Count;
            var topic = $"topic/{random.Next(3)}";
            var qos = random.Chance(0.5) ? MqttQos.AtLeastOnce : MqttQos.ExactlyOnce;
            sent.Add((topic, qos));
            answers[message] += core.Offer(new MqttMessage(topic, new[] { (byte)message }) { Qos = qos }, message, now)
                is null
                ? 0
                : 1;
        }

        private void ToWire(int count)
        {
            while (count-- > 0 && core.TryTake(now, out var packet, out _))
            {
                wire.Enqueue(packet);
            }
        }

        private void ToBroker(int count)
        {
            while (count-- > 0 && wire.TryDequeue(out var packet))
            {
                broker.Receive(
                    packet is PublishPacket publish ? publish with { Topic = linkAliases.Resolve(publish)! } : packet
                );
            }
        }

        private void ToClient(int count)
        {
            while (count-- > 0 && broker.Wire.TryDequeue(out var packet))
            {
                core.Receive(packet, now);
                Assert.Null(core.Failure);
            }

            Account();
        }

        private void Read()
        {
            while (core.Inbox.TryTake(out var received))
            {
                read.Add(received.Message!.Payload.Span[0]);
                inHand.Add(received);
            }

            while (inHand.Count > 0 && random.Chance(0.8))
            {
                var next = inHand[random.Next(inHand.Count)];
                inHand.Remove(next);
                core.FinishMessage(next);
            }
        }

        private void Cut()
        {
            if (core.State == LinkState.Down)
            {
                return;
            }

            wire.Clear();
            broker.Cut();
            core.LoseLink("cut", now);
            Account();
        }

        private void Account()
        {
            while (core.TryTakeOutcome(out var outcome))
            {
                answers[outcome.Tag]++;
                if (outcome.Outcome.Result == PublishResult.Delivered)
                {
                    delivered.Add(outcome.Tag);
                }
            }
        }
    }
}
