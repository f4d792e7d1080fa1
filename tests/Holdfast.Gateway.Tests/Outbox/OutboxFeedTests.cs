using System.Text;
using Holdfast.Gateway.Consumer;
using Holdfast.Gateway.Outbox;
using Holdfast.Gateway.Topics;
using Holdfast.Testing;
using Xunit;

namespace Holdfast.Gateway.Tests.Outbox;

/// <summary>What goes to the broker next, and how it ends for a message that the broker will not take.</summary>
public sealed class OutboxFeedTests
{
    private const string Reader = "hub";

    private readonly MemoryFolder folder = new();

    [Fact]
    public void Live_messages_go_before_those_that_waited()
    {
        var outbox = Open();
        Write(outbox, "old 1", "old 2");
        var feed = Feed(outbox);
        feed.Connect(default);
        Write(outbox, "new 1");
        var sent = feed.Next(default);

        Assert.Equal(["new 1", "old 1", "old 2"], sent.Select(Text));
        Assert.Equal([false, true, true], sent.Select(one => one.IsHistorical));
    }

    [Fact]
    public void The_brokers_receive_maximum_is_kept()
    {
        var outbox = Open();
        Write(outbox, [.. Enumerable.Range(0, 50).Select(i => $"{i}")]);
        var feed = Feed(outbox);
        feed.ReceiveMaximum = 4;
        feed.Connect(default);
        Write(outbox, [.. Enumerable.Range(50, 50).Select(i => $"{i}")]);

        Assert.Equal(4, feed.Next(default).Count);
        Assert.Empty(feed.Next(default));
    }

    [Fact]
    public void The_backlog_keeps_its_pace()
    {
        var outbox = Open();
        Write(outbox, [.. Enumerable.Range(0, 500).Select(i => $"{i}")]);
        var feed = new OutboxFeed(outbox, Reader, new FeedOptions { BacklogPerSecond = 20 });
        feed.Connect(default);
        var sent = 0;
        for (var tenth = 0; tenth <= 50; tenth++)
        {
            var now = MonotonicTime.FromSeconds(tenth / 10.0);
            foreach (var one in feed.Next(now))
            {
                sent++;
                feed.Acknowledge(one.One.Sequence, now);
            }
        }

        Assert.InRange(sent, 95, 105);
    }

    [Fact]
    public void A_message_that_the_broker_refuses_for_good_is_set_aside_told_once_and_blocks_nothing()
    {
        var outbox = Open();
        Write(outbox, "good 1", "bad", "good 2");
        var (check, got) = (new SequenceCheck([Outboxes.Key]), new List<string>());
        for (var connection = 0; connection < 5; connection++)
        {
            var feed = Feed(outbox);
            Carry(feed, check, got);
        }

        // Each feed counts for itself: one that lives on sets it aside.
        var lasting = Feed(outbox);
        for (var connection = 0; connection < OutboxFeed.RefusalsMax; connection++)
        {
            Carry(lasting, check, got);
        }

        Carry(lasting, check, got);
        Assert.Equal(0, outbox.Waiting(Reader));
        Assert.Equal(["good 1", "good 2"], got);
        var record = Assert.Single(check.Streams[outbox.Stream].Records);
        Assert.Equal((2, 2, 1), (record.First, record.Last, record.Count));
        Assert.Contains("refused", record.Why, StringComparison.Ordinal);
        Assert.Equal(0, check.Streams[outbox.Stream].Lost);
    }

    [Fact]
    public void A_late_value_is_retained_only_where_none_newer_is_known()
    {
        var outbox = Open();
        outbox.Write(
            [Outboxes.Of(MessageClass.State, "a", "old"), Outboxes.Of(MessageClass.State, "b", "last")],
            Outboxes.Time
        );
        var feed = Feed(outbox);
        feed.Connect(default);
        outbox.Write([Outboxes.Of(MessageClass.State, "a", "new")], Outboxes.Time);
        var sent = feed.Next(default).Select(one => feed.ToSend(one)).ToDictionary(one => one.Text, one => one.Retain);

        Assert.Equal((true, false, true), (sent["new"], sent["old"], sent["last"]));
    }

    [Fact]
    public void Events_are_handed_over_once_whatever_crash_comes_between_the_logs()
    {
        for (var seed = 0UL; seed < 100; seed++)
        {
            var random = new SeededRandom(seed);
            var (disk, waiting, topics) = (new MemoryFolder(), new MemoryFolder(), new RackTopics(new RackId("r1")));
            var recorded = 0L;
            for (var life = 0; life < 10; life++)
            {
                var outbox = Outboxes.Open(waiting, Reader, Outboxes.Small);
                var events = new EventStore(disk, witnessed: outbox.Source);
                recorded = events.LastSequence;
                for (var i = random.Next(8); i > 0; i--)
                {
                    events.Append(Events.Of(recorded + 1, ++recorded));
                    events.Commit();
                    if (random.Chance(0.6))
                    {
                        new EventHandover(events, outbox, topics).Run(Outboxes.Time);
                    }
                }

                disk.LosePower(random);
                waiting.LosePower(random);
            }

            var last = Outboxes.Open(waiting, Reader, Outboxes.Small);
            new EventHandover(new EventStore(disk, witnessed: last.Source), last, topics).Run(Outboxes.Time);
            var sent = Outboxes.Drain(last, Reader).Select(one => one.Text).ToList();
            Assert.Equal(recorded, sent.Count);
            Assert.Equal(sent.Count, sent.Distinct().Count());
        }
    }

    [Fact]
    public void Events_that_the_racks_log_has_lost_are_told_signed()
    {
        var (disk, outbox, topics) = (new MemoryFolder(), Open(), new RackTopics(new RackId("r1")));
        var limits = EventStoreTests.Small with { BudgetBytes = 1500 };
        var events = new EventStore(disk, limits);
        foreach (var happened in Events.Of(1, 60))
        {
            events.Append([happened]);
            events.Commit();
        }

        events.Trim(handedOver: 0);
        new EventHandover(new EventStore(disk, limits), outbox, topics).Run(Outboxes.Time);
        var sent = Outboxes.Drain(outbox, Reader);
        var record = GapRecord.FromJson(sent[0].Payload.Span)!;

        Assert.True(record.IsSignedBy(Outboxes.Key));
        Assert.Equal(1, record.First);
        Assert.Contains($"\"sequence\":{record.Last + 1},", sent[1].Text, StringComparison.Ordinal);
        Assert.Equal(60, outbox.Source);
    }

    private static void Carry(OutboxFeed feed, SequenceCheck check, List<string> got)
    {
        feed.Connect(default);
        while (feed.Next(default) is { Count: > 0 } batch)
        {
            foreach (var one in batch)
            {
                if (Text(one) == "bad")
                {
                    feed.Refuse(one.One, "not authorized (0x87)", Outboxes.Time, default);
                    continue;
                }

                if (check.Take(feed.ToSend(one)) == Verdict.New)
                {
                    got.Add(Text(one));
                }

                feed.Acknowledge(one.One.Sequence, default);
            }
        }

        feed.Disconnect();
    }

    private static string Text(Outgoing one) => Encoding.UTF8.GetString(one.One.Message.Payload.Span);

    private DurableOutbox Open() => Outboxes.Open(folder, Reader);

    private static OutboxFeed Feed(DurableOutbox outbox) => new(outbox, Reader, new FeedOptions());

    private static void Write(DurableOutbox outbox, params string[] texts) =>
        Assert.True(outbox.Write([.. texts.Select(text => Outboxes.Metric("t", text))], Outboxes.Time).IsComplete);
}
