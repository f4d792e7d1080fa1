using Holdfast.Gateway.Outbox;
using Holdfast.Gateway.Sparkplug.Edge;
using Holdfast.Testing;
using Xunit;

namespace Holdfast.Gateway.Tests.Sparkplug;

/// <summary>What could not be told waits on disk, and is told once.</summary>
public sealed class HistoryTests
{
    private static readonly TimeSpan DeadWithin = TimeSpan.FromSeconds(40);

    private readonly MemoryFolder disk = new();
    private readonly List<OutboxMessage> gaps = [];
    private MonotonicTime at = MonotonicTime.FromSeconds(1_000);

    [Fact]
    public void It_survives_a_restart_without_power_in_its_order()
    {
        var history = Open();
        Keep(history, "zone-a/temperature", 1, 2, 3);
        disk.LosePower(new SeededRandom(7));
        Assert.Equal(["1", "2", "3"], Told(Open(), _ => true));
    }

    [Fact]
    public void What_a_dead_device_has_to_tell_waits_for_its_birth_and_holds_up_nothing()
    {
        var history = Open();
        Keep(history, "leak-a/state", 1, 2);
        Keep(history, "zone-a/temperature", 3, 4);
        Assert.Equal(["3", "4"], Told(history, key => key.StartsWith("zone-a", StringComparison.Ordinal)));
        Settle(history);
        var after = Open();
        Assert.Equal(2, after.Waiting);
        Assert.Empty(Told(after, key => key.StartsWith("zone-a", StringComparison.Ordinal)));
        Assert.Equal(["1", "2"], Told(after, _ => true, session: 2));
    }

    [Fact]
    public void What_went_out_on_a_connection_that_turns_out_to_be_dead_is_told_again()
    {
        var history = Open();
        Keep(history, "zone-a/temperature", 1, 2);
        Assert.Equal(["1", "2"], Told(history, _ => true));
        history.Settle(DeadWithin, at + (DeadWithin / 2));
        history.Disconnect();
        Assert.Equal(["1", "2"], Told(history, _ => true));
        Settle(history);
        Assert.Equal(0, history.Waiting);
        history.Disconnect();
        Assert.Empty(Told(history, _ => true));
        Assert.Empty(Told(Open(), _ => true));
    }

    [Fact]
    public void What_is_on_its_way_is_not_told_twice_when_another_device_is_born()
    {
        var history = Open();
        Keep(history, "zone-a/temperature", 1, 2);
        Assert.Equal(["1", "2"], Told(history, _ => true, session: 1));
        Assert.Empty(Told(history, _ => true, session: 2));
    }

    [Fact]
    public void A_long_history_is_told_step_by_step_and_each_once()
    {
        var history = Open();
        int[] values = [.. Enumerable.Range(0, 5_000)];
        Keep(history, "zone-a/temperature", values);
        var told = new List<string>();
        while (Told(history, _ => true, max: 200) is { Count: > 0 } some)
        {
            Assert.InRange(some.Count, 1, 200);
            told.AddRange(some);
        }

        Assert.Equal(values.Select(value => $"{value}"), told);
    }

    [Fact]
    public void Beyond_the_budget_it_is_thinned_and_signed_records_tell_so()
    {
        var history = Open(Outboxes.Small with { BudgetBytes = 40_000 });
        for (var i = 0; i < 300; i++)
        {
            Keep(history, "zone-a/temperature", [.. Enumerable.Range(i * 20, 20)]);
        }

        var told = new List<string>();
        while (Told(history, _ => true) is { Count: > 0 } some)
        {
            told.AddRange(some);
        }

        Assert.InRange(told.Count, 10, 5_999);
        Assert.Equal(told.Select(int.Parse).Order(), told.Select(int.Parse));
        var records = gaps.Select(gap => GapRecord.FromJson(gap.Message.Payload.Span)!).ToList();
        Assert.NotEmpty(records);
        Assert.All(records, record => Assert.True(record.IsSignedBy(Outboxes.Key)));
        // Each says how many at most.
        Assert.InRange(records.Sum(record => record.Count), 6_000 - told.Count, 6_000);
    }

    [Fact]
    public void What_a_full_disk_refused_is_told_of_in_a_signed_record_with_the_whole_count()
    {
        var history = Open();
        Keep(history, "zone-a/temperature", 1);
        disk.ReadOnly = true;
        Keep(history, "zone-a/temperature", 2, 3);
        Keep(history, "zone-a/temperature", 4);
        disk.ReadOnly = false;
        Keep(history, "zone-a/temperature", 5);
        Assert.Equal(["1", "5"], Told(history, _ => true));
        var record = GapRecord.FromJson(gaps[^1].Message.Payload.Span)!;
        Assert.Equal(3, record.Count);
        Assert.True(record.IsSignedBy(Outboxes.Key));
    }

    private SparkplugHistory Open(OutboxLimits? limits = null) => EdgeRig.HistoryOn(disk, limits, gaps);

    private void Keep(SparkplugHistory history, string topic, params int[] values)
    {
        at += SparkplugHistory.WriteAfter;
        history.Keep([.. values.Select(value => Outboxes.Metric(topic, $"{value}"))], Outboxes.Time, at);
    }

    private void Settle(SparkplugHistory history)
    {
        at += DeadWithin;
        history.Settle(DeadWithin, at);
        history.Settle(DeadWithin, at);
    }

    private List<string> Told(SparkplugHistory history, Func<string, bool> canTell, int session = 1, int max = 1000)
    {
        var told = history.Next(max, session, canTell, Outboxes.Time, at);
        history.Told(told, at);
        return [.. told.Select(one => one.Message.Text)];
    }
}
