using System.Globalization;
using Holdfast.Gateway.Consumer;
using Holdfast.Gateway.Outbox;
using Holdfast.Mqtt;
using Holdfast.Testing;
using Xunit;

namespace Holdfast.Gateway.Tests.Outbox;

/// <summary>
/// 72 hours in simulated time on a disk that loses what was not flushed: the process is killed a thousand times, writes are torn, the disk is
/// full, the clock jumps, the link dies in silence. What was taken arrives, once after the check, in the order of its topic.
/// </summary>
public sealed class LongOutageTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void Three_days_and_a_thousand_kills_lose_nothing_that_was_taken(ulong seed)
    {
        var life = new Life(seed);
        life.Run(kills: 1000);

        Assert.Equal([], life.Wrong);
        Assert.True(life.Taken > 10_000, $"{life.Taken} messages");
        Assert.True(life.Duplicates > 0);
    }

    [Theory]
    [InlineData(50, 2000)]
    [InlineData(600, 2000)]
    [InlineData(50, 160)]
    public void While_the_backlog_drains_live_messages_arrive_within_a_second(int delayMs, int perSecond)
    {
        var drain = new Drain(delayMs, perSecond, backlog: 20_000);
        drain.Run(seconds: 120, livePerSecond: 100);

        // The way itself takes its time; what may be added is what a queue of ours would be.
        Assert.InRange(drain.LiveAt99, 0, 1000);
        Assert.True(drain.FromBacklog >= Math.Min(20_000, 120 * (perSecond - 100) / 4), $"{drain.FromBacklog} drained");
    }

    private sealed class Life(ulong seed)
    {
        private const string Reader = "hub";
        private const int Topics = 12;

        /// <summary>A step is half a minute: 72 hours.</summary>
        private const int Steps = 8640;

        private readonly SeededRandom random = new(seed);
        private readonly MemoryFolder disk = new();
        private readonly SequenceCheck check = new([Outboxes.Key]);
        private readonly HashSet<string> taken = new(StringComparer.Ordinal);
        private readonly HashSet<string> arrived = new(StringComparer.Ordinal);
        private readonly Dictionary<(string, bool), long> lastOfLane = [];
        private readonly List<Outgoing> onTheWay = [];
        private DurableOutbox outbox = null!;
        private OutboxFeed feed = null!;
        private DateTimeOffset wallTime = Outboxes.Time;
        private MonotonicTime now;
        private bool linkIsDead;
        private int number;

        public List<string> Wrong { get; } = [];

        public int Taken => taken.Count;

        public long Duplicates => check.Streams.Values.Sum(state => state.Duplicates);

        public void Run(int kills)
        {
            Boot();
            for (var step = 0; step < Steps && Wrong.Count == 0; step++)
            {
                now += TimeSpan.FromSeconds(30);
                wallTime += TimeSpan.FromSeconds(30);
                Trouble((double)kills / Steps);
                Produce();
                Exchange();
                outbox.Tick(now);
            }

            disk.Capacity = long.MaxValue;
            linkIsDead = false;
            Reconnect();
            for (var i = 0; i < 100_000 && outbox.Waiting(Reader) > 0; i++)
            {
                Exchange();
            }

            Judge();
        }

        private void Trouble(double killing)
        {
            if (random.Chance(killing))
            {
                Kill();
            }

            if (random.Chance(0.01))
            {
                disk.Capacity = disk.Capacity == long.MaxValue ? disk.List().Sum(disk.Length) + 500 : long.MaxValue;
            }

            if (random.Chance(0.005))
            {
                wallTime += TimeSpan.FromDays(random.Between(-4000, 4000));
            }

            // Long outages: the link is dead for most of the time, and nobody is told before keep alive finds out.
            if (random.Chance(linkIsDead ? 0.004 : 0.02))
            {
                linkIsDead = !linkIsDead;
            }

            if (random.Chance(0.02))
            {
                Reconnect();
            }
        }

        private void Boot()
        {
            outbox = Outboxes.Open(disk, Reader, Outboxes.Small with { SegmentBytes = 4000, ReserveBytes = 1000 });
            feed = new OutboxFeed(outbox, Reader, new FeedOptions { Window = 40 });
            onTheWay.Clear();
            feed.Connect(now);
        }

        private void Kill()
        {
            if (random.Chance(0.5) && !linkIsDead)
            {
                Arrive(random.Next(onTheWay.Count + 1));
            }

            disk.LosePower(random);
            Boot();
        }

        private void Reconnect()
        {
            if (!linkIsDead)
            {
                Arrive(random.Next(onTheWay.Count + 1));
            }

            onTheWay.Clear();
            feed.Disconnect();
            feed.Connect(now);
        }

        private void Produce()
        {
            var drafts = new List<Draft>();
            for (var i = random.Next(6); i >= 0; i--)
            {
                var text = string.Create(CultureInfo.InvariantCulture, $"message {++number}");
                drafts.Add(Outboxes.Of((MessageClass)random.Next(4), $"t/{random.Next(Topics)}", text, wallTime));
            }

            if (outbox.Write(drafts, wallTime).IsComplete)
            {
                drafts.ForEach(draft => taken.Add(TextOf(draft.Message)));
            }
        }

        private void Exchange()
        {
            if (linkIsDead)
            {
                // Sent into the void.
                onTheWay.AddRange(feed.Next(now));
                return;
            }

            var count = random.Next(onTheWay.Count + 1);
            foreach (var one in onTheWay.Take(count))
            {
                Arrive(one);
                feed.Acknowledge(one.One.Sequence, now);
            }

            onTheWay.RemoveRange(0, count);
            onTheWay.AddRange(feed.Next(now));
        }

        private void Arrive(int count)
        {
            foreach (var one in onTheWay.Take(count))
            {
                Arrive(one);
            }
        }

        private void Arrive(Outgoing one)
        {
            var message = feed.ToSend(one);
            if (check.Take(message) != Verdict.New)
            {
                return;
            }

            if (!arrived.Add(TextOf(message)))
            {
                Wrong.Add($"{TextOf(message)} came twice");
            }

            var lane = (message.Topic, one.IsHistorical);
            if (lastOfLane.TryGetValue(lane, out var last) && last > one.One.Sequence)
            {
                Wrong.Add($"{one.One.Sequence} came after {last} on {lane}");
            }

            lastOfLane[lane] = one.One.Sequence;
        }

        private void Judge()
        {
            var lost = taken.Except(arrived).ToList();
            if (lost.Count > 0)
            {
                Wrong.Add($"{lost.Count} of {taken.Count} were lost, the first {lost[0]}");
            }

            Wrong.AddRange(
                check.Streams.Where(pair => pair.Value.Lost > 0).Select(pair => $"{pair.Key} misses {pair.Value.Lost}")
            );
        }

        private static string TextOf(MqttMessage message) => System.Text.Encoding.UTF8.GetString(message.Payload.Span);
    }

    /// <summary>A link with a delay and a rate, behind it a queue, as a radio has.</summary>
    private sealed class Drain
    {
        private const string Reader = "hub";

        private readonly DurableOutbox outbox = Outboxes.Open(new MemoryFolder(), Reader);
        private readonly OutboxFeed feed;
        private readonly Queue<(Outgoing One, double DoneMs)> link = new();
        private readonly Dictionary<long, double> writtenMs = [];
        private readonly List<double> delays = [];
        private readonly int delayMs;
        private readonly double eachMs;
        private double linkFreeMs;

        public Drain(int delayMs, int perSecond, int backlog)
        {
            (this.delayMs, eachMs) = (delayMs, 1000.0 / perSecond);
            feed = new OutboxFeed(outbox, Reader, new FeedOptions());
            for (var i = 0; i < backlog; i += 100)
            {
                outbox.Write(
                    [.. Enumerable.Range(i, 100).Select(n => Outboxes.Metric($"t/{n % 100}", $"old {n}"))],
                    Outboxes.Time
                );
            }
        }

        public int FromBacklog { get; private set; }

        public double LiveAt99 => delays.Order().ElementAt((int)(delays.Count * 0.99));

        public void Run(int seconds, int livePerSecond)
        {
            feed.Connect(At(0));
            var due = 0.0;
            for (var ms = 0; ms < seconds * 1000; ms += 5)
            {
                for (; due <= ms; due += 1000.0 / livePerSecond)
                {
                    var first = outbox.Write([Outboxes.Metric("live", $"{due}")], Outboxes.Time).First;
                    writtenMs[first] = ms;
                }

                Receive(ms);
                foreach (var one in feed.Next(At(ms)))
                {
                    linkFreeMs = Math.Max(ms, linkFreeMs) + eachMs;
                    link.Enqueue((one, linkFreeMs + (delayMs / 2.0)));
                }
            }
        }

        private void Receive(double ms)
        {
            while (link.TryPeek(out var head) && head.DoneMs + (delayMs / 2.0) <= ms)
            {
                var (one, done) = link.Dequeue();
                feed.Acknowledge(one.One.Sequence, At(ms));
                if (one.IsHistorical)
                {
                    FromBacklog++;
                }
                else
                {
                    delays.Add(done - writtenMs[one.One.Sequence]);
                }
            }
        }

        private static MonotonicTime At(double ms) => MonotonicTime.FromSeconds(ms / 1000);
    }
}
