using Holdfast.Gateway.Outbox;
using Holdfast.Testing;
using Xunit;

namespace Holdfast.Gateway.Tests.Outbox;

/// <summary>Events on disk: there once committed, numbered without gaps, kept while the disk refuses.</summary>
public sealed class EventStoreTests
{
    private readonly MemoryFolder folder = new();

    [Fact]
    public void What_is_committed_survives_a_power_cut_whole()
    {
        var store = Filled(1, 25);
        store.Append(Events.Of(26, 30));
        folder.LosePower(new SeededRandom(3));

        Assert.Equal(Events.Of(1, 25), new EventStore(folder).Read(0, 25));
    }

    [Fact]
    public void What_is_not_committed_is_not_shown()
    {
        var store = new EventStore(folder);
        store.Append(Events.Of(1, 3));
        Assert.Equal((0, 3), (store.LastSequence, store.PendingCount));
        Assert.Empty(store.Read(0, 10));

        store.Commit();
        Assert.Equal((3, 0), (store.LastSequence, store.PendingCount));
    }

    [Fact]
    public void A_gap_in_the_numbers_is_a_bug() =>
        Assert.Throws<InvariantViolationException>(() => Filled(1, 3).Append(Events.Of(5, 5)));

    [Fact]
    public void A_full_disk_keeps_events_until_there_is_room()
    {
        var store = Filled(1, 3);
        folder.Capacity = 0;
        store.Append(Events.Of(4, 5));
        Assert.Throws<IOException>(store.Commit);
        store.Append(Events.Of(6, 6));
        Assert.Throws<IOException>(store.Commit);
        Assert.Equal((3, 3), (store.LastSequence, store.PendingCount));

        folder.Capacity = long.MaxValue;
        store.Commit();
        Assert.Equal(Events.Of(1, 6), store.Read(0, 100));
        Assert.Equal(Events.Of(1, 6), new EventStore(folder).Read(0, 100));
    }

    [Fact]
    public void A_read_gives_what_is_above_in_order_and_no_more_than_asked()
    {
        var store = Filled(1, 10);

        Assert.Equal(Events.Of(5, 7), store.Read(4, 3));
        Assert.Empty(store.Read(10, 3));
        Assert.Empty(store.Read(999, 3));
        Assert.Equal(Events.Of(1, 10), store.Read(-5, 100));
    }

    [Fact]
    public void Old_events_are_read_from_disk_and_new_ones_from_memory_the_same()
    {
        var store = Filled(1, 1500);

        Assert.Equal(Events.Of(490, 510), store.Read(489, 21));
        Assert.Equal(Events.Of(1400, 1500), store.Read(1399, 500));
        Assert.Equal(Events.Of(499, 1500), store.Read(498, 5000));
    }

    [Fact]
    public void Text_in_any_script_comes_back_as_it_was()
    {
        var store = new EventStore(folder);
        var happened = Events.Of(1) with { Text = "Ωmega \"zone\" \u0001\n 漢字 \U0001F525." };
        store.Append([happened]);
        store.Commit();

        Assert.Equal(happened, Assert.Single(new EventStore(folder).Read(0, 1)));
    }

    [Fact]
    public void Damage_is_told_and_costs_no_other_segment()
    {
        Filled(1, 60, Small);
        folder.FlipBit(folder.List()[2], 12, 1);
        var store = new EventStore(folder, Small);

        Assert.NotEmpty(store.Damage);
        Assert.Equal(60, store.LastSequence);
        Assert.Contains(Events.Of(60), store.Read(0, 100));
        Assert.Contains(Events.Of(1), store.Read(0, 100));
    }

    [Fact]
    public void Delivered_events_make_room_first_and_none_is_lost_for_it()
    {
        var store = Filled(1, 60, Small with { BudgetBytes = 4000 });

        store.Trim(handedOver: 60);
        var kept = new EventStore(folder, Small).Read(0, 100);
        Assert.InRange(kept.Count, 1, 59);
        Assert.Equal(Events.Of(kept[0].Sequence, 60), kept);
    }

    [Fact]
    public void Events_that_were_not_handed_over_go_only_beyond_twice_the_budget()
    {
        var store = Filled(1, 60, Small with { BudgetBytes = 5000 });
        store.Trim(handedOver: 5);
        Assert.True(new EventStore(folder, Small).Read(0, 100)[0].Sequence <= 6);

        var narrow = new EventStore(folder, Small with { BudgetBytes = 2000 });
        narrow.Trim(handedOver: 5);
        Assert.True(new EventStore(folder, Small).Read(0, 100)[0].Sequence > 6);
    }

    [Fact]
    public void Numbers_that_were_seen_elsewhere_are_not_given_again()
    {
        var store = new EventStore(folder, witnessed: 41);
        store.Append(Events.Of(42, 43));
        store.Commit();

        Assert.Contains("1 to 41", Assert.Single(store.Damage), StringComparison.Ordinal);
        Assert.Equal(Events.Of(42, 43), store.Read(0, 10));
    }

    internal static RecordLogLimits Small { get; } = new() { SegmentBytes = 700 };

    private EventStore Filled(long first, long last, RecordLogLimits? limits = null)
    {
        var store = new EventStore(folder, limits);
        foreach (var happened in Events.Of(first, last))
        {
            store.Append([happened]);
            store.Commit();
        }

        return store;
    }
}
