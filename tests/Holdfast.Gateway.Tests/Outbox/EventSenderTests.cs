using Holdfast.Gateway.Outbox;
using Holdfast.Testing;
using Xunit;

namespace Holdfast.Gateway.Tests.Outbox;

/// <summary>Which events go to the broker next: each until it is acknowledged, in order, and none after.</summary>
public sealed class EventSenderTests
{
    private readonly MemoryFolder folder = new();

    [Fact]
    public void Events_are_given_once_in_order_and_a_window_at_a_time()
    {
        var (_, sender) = Open(100);
        Assert.Equal(Events.Of(1, EventSender.WindowMax), sender.Next());
        Assert.Empty(sender.Next());

        sender.Acknowledge(1);
        sender.Acknowledge(2);
        Assert.Equal([33L, 34L], sender.Next().Select(e => e.Sequence));
    }

    [Fact]
    public void The_cursor_moves_over_unbroken_acknowledgements_only()
    {
        var (_, sender) = Open(5);
        sender.Next();
        sender.Acknowledge(2);
        sender.Acknowledge(3);
        Assert.Equal((0, 5), (sender.Delivered, sender.Waiting));

        sender.Acknowledge(1);
        Assert.Equal((3, 2), (sender.Delivered, sender.Waiting));
    }

    [Fact]
    public void What_was_not_acknowledged_is_given_again_after_a_lost_connection()
    {
        var (_, sender) = Open(5);
        sender.Next();
        sender.Acknowledge(1);
        sender.Acknowledge(3);
        sender.Disconnect();

        Assert.Equal(Events.Of(2, 5), sender.Next());
    }

    [Fact]
    public void An_acknowledgement_of_what_was_not_sent_means_nothing()
    {
        var (_, sender) = Open(5);
        sender.Acknowledge(1);
        sender.Acknowledge(99);
        sender.Acknowledge(-1);
        Assert.Equal(0, sender.Delivered);

        Assert.Equal(5, sender.Next().Count);
        sender.Acknowledge(1);
        sender.Acknowledge(1);
        Assert.Equal(1, sender.Delivered);
    }

    [Fact]
    public void After_a_restart_nothing_delivered_is_sent_again()
    {
        var (_, sender) = Open(5);
        Deliver(sender);
        folder.LosePower(new SeededRandom(1));
        var (store, next) = Open();
        Assert.Empty(next.Next());
        Assert.Equal(0, next.Waiting);

        Add(store, 6, 8);
        Assert.Equal(Events.Of(6, 8), next.Next());
    }

    [Fact]
    public void A_crash_costs_at_most_the_events_since_the_cursor_was_written()
    {
        var (_, sender) = Open(1000);
        for (var i = 0; i < 7; i++)
        {
            foreach (var happened in sender.Next())
            {
                sender.Acknowledge(happened.Sequence);
            }
        }

        Assert.Equal(224, sender.Delivered);
        var (_, next) = Open();
        Assert.InRange(next.Delivered, 125, 224);
    }

    [Fact]
    public void A_full_disk_does_not_stop_the_sending()
    {
        var (_, sender) = Open(5);
        folder.Capacity = 0;
        Deliver(sender);
        Assert.Equal(0, sender.Waiting);
        Assert.Equal(0, Open().Sender.Delivered);

        folder.Capacity = long.MaxValue;
        sender.Acknowledge(5);
        Assert.Equal(5, Open().Sender.Delivered);
    }

    [Theory]
    [InlineData("")]
    [InlineData("nonsense")]
    [InlineData("99999999999999999999999")]
    [InlineData("9223372036854775807")]
    [InlineData("-7")]
    public void A_cursor_that_makes_no_sense_begins_again(string cursor)
    {
        new DurableDocument(folder, "delivered").Write(System.Text.Encoding.ASCII.GetBytes(cursor));
        var (_, sender) = Open(3);

        Assert.Equal(Events.Of(1, 3), sender.Next());
        Deliver(sender, Events.Of(1, 3));
        Assert.Equal(0, sender.Waiting);
    }

    [Fact]
    public void A_damaged_cursor_costs_duplicates_and_no_event()
    {
        var (_, sender) = Open(3);
        Deliver(sender);
        folder.FlipBit("delivered", 8, 0);

        Assert.Equal(Events.Of(1, 3), Open().Sender.Next());
    }

    [Fact]
    public void Numbers_that_the_broker_has_are_not_given_again_after_the_log_lost_its_newest_events()
    {
        var (_, sender) = Open(60);
        while (sender.Next() is { Count: > 0 } batch)
        {
            Deliver(sender, batch);
        }

        var newest = folder.List().Last(name => name.EndsWith(".log", StringComparison.Ordinal));
        folder.Delete(newest);
        var (store, after) = Open();

        Assert.Contains(
            "to 60 were delivered, but are lost here",
            Assert.Single(store.Damage),
            StringComparison.Ordinal
        );
        Assert.True(store.LastSequence >= 60 + EventSender.UnwrittenMax);
        Assert.Equal(0, after.Waiting);
        var first = store.LastSequence + 1;
        Add(store, first, first + 2);
        Assert.Equal(Events.Of(first, first + 2), after.Next());
        Assert.Equal(Events.Of(first, first + 2), Open().Sender.Next());
    }

    [Fact]
    public void A_log_that_is_gone_altogether_goes_on_behind_what_the_broker_has()
    {
        var (_, sender) = Open(3);
        Deliver(sender);
        foreach (var name in folder.List().Where(name => name.EndsWith(".log", StringComparison.Ordinal)).ToList())
        {
            folder.Delete(name);
        }

        Assert.True(Open().Store.LastSequence >= 3 + EventSender.UnwrittenMax);
        Assert.Equal(Open().Store.LastSequence, Open().Store.LastSequence);
    }

    /// <summary>Where the damage is must not matter: before the window, within it, or right behind it.</summary>
    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(6)]
    [InlineData(9)]
    public void What_the_log_has_lost_is_passed_over(int segment)
    {
        Open(60);
        folder.FlipBit(
            folder.List().Where(name => name.EndsWith(".log", StringComparison.Ordinal)).ElementAt(segment),
            12,
            1
        );
        var store = new EventStore(folder, EventStoreTests.Small);
        var kept = store.Read(0, 100);
        var sender = new EventSender(store);
        var given = new List<RackEvent>();
        while (sender.Next() is { Count: > 0 } batch)
        {
            given.AddRange(batch);
            Deliver(sender, batch);
        }

        Assert.True(kept.Count < 60);
        Assert.Equal(kept, given);
        Assert.Equal(0, sender.Waiting);
    }

    private static void Deliver(EventSender sender, IReadOnlyList<RackEvent>? batch = null)
    {
        foreach (var happened in batch ?? sender.Next())
        {
            sender.Acknowledge(happened.Sequence);
        }
    }

    private static void Add(EventStore store, long first, long last)
    {
        foreach (var happened in Events.Of(first, last))
        {
            store.Append([happened]);
            store.Commit();
        }
    }

    private (EventStore Store, EventSender Sender) Open(long add = 0)
    {
        var store = new EventStore(folder, EventStoreTests.Small);
        Add(store, 1, add);
        return (store, new EventSender(store));
    }
}
