using Holdfast.Gateway.Consumer;
using Holdfast.Gateway.Outbox;
using Holdfast.Testing;
using Xunit;

namespace Holdfast.Gateway.Tests.Outbox;

/// <summary>Two brokers are to have everything, and one is gone for longer than the disk can wait.</summary>
public sealed class SeveralReadersTests
{
    private const string Near = "near";
    private const string Gone = "gone";

    private static readonly OutboxLimits Narrow = Outboxes.Small with { BudgetBytes = 100_000, SegmentBytes = 8000 };

    private readonly MemoryFolder folder = new();

    [Theory]
    [InlineData(MessageClass.Metric)]
    [InlineData(MessageClass.State)]
    [InlineData(MessageClass.Alarm)]
    public void The_one_that_is_there_gets_all_and_the_other_is_told_what_it_missed(MessageClass kind)
    {
        var outbox = Open();
        var live = Feed(outbox, Near);
        var got = new List<string>();
        for (var i = 0; i < 2000; i++)
        {
            Assert.True(outbox.Write([Of(kind, i)], Outboxes.Time).IsComplete);
            Carry(live, got);
            Assert.InRange(outbox.Bytes, 1, Narrow.BudgetBytes);
        }

        Assert.Equal(2000, got.Count);
        Assert.Null(outbox.Problem);
        // The budget holds over a restart too, and whoever comes back is told with a signature.
        outbox.Settle();
        var check = new SequenceCheck([Outboxes.Key]);
        var late = Outboxes.Drain(Open(), Gone);
        late.ForEach(one => Assert.NotEqual(Verdict.Forged, check.Take(one)));
        Assert.Contains(late, one => one.Text.StartsWith("1999 ", StringComparison.Ordinal));
        Assert.InRange(late.Count, 1, 1999);
        var state = Assert.Single(check.Streams.Values);
        Assert.Equal(0, state.Lost);
        Assert.All(late, one => Assert.True(one.Topic == Outboxes.GapTopic || one.Text.Contains(' ')));
    }

    [Fact]
    public void While_none_has_it_no_alarm_is_given_up()
    {
        var outbox = Open();
        var taken = 0;
        while (outbox.Write([Of(MessageClass.Alarm, taken)], Outboxes.Time).IsComplete)
        {
            taken++;
        }

        Assert.Contains("full", outbox.Problem, StringComparison.Ordinal);
        Assert.Equal(taken, Outboxes.Drain(outbox, Gone).Count);
        Assert.Equal(taken, Outboxes.Drain(outbox, Near).Count);
    }

    [Fact]
    public void An_alarm_that_finds_room_ends_no_problem_of_others()
    {
        var outbox = Open();
        while (outbox.Write([Of(MessageClass.Alarm, 1), Of(MessageClass.Metric, 1)], Outboxes.Time).IsComplete) { }

        Assert.True(outbox.Write([Of(MessageClass.Alarm, 2)], Outboxes.Time).IsComplete);
        Assert.NotNull(outbox.Problem);
        Outboxes.Drain(outbox, Gone);
        Outboxes.Drain(outbox, Near);
        outbox.Settle();
        Assert.True(outbox.Write([Of(MessageClass.Metric, 2)], Outboxes.Time).IsComplete);
        Assert.Null(outbox.Problem);
    }

    [Fact]
    public void Its_files_tell_the_budget()
    {
        Open().Write([Of(MessageClass.Metric, 1)], Outboxes.Time);

        Assert.Equal(Narrow.BudgetBytes, new OutboxInspection(folder).BudgetBytes);
    }

    private DurableOutbox Open() => new(folder, Narrow, new GapSigner(Outboxes.Key), Outboxes.GapTopic, Near, Gone);

    private static OutboxFeed Feed(DurableOutbox outbox, string reader)
    {
        var feed = new OutboxFeed(outbox, reader, new FeedOptions());
        feed.Connect(default);
        return feed;
    }

    private static void Carry(OutboxFeed feed, List<string> got)
    {
        foreach (var one in feed.Next(default))
        {
            got.Add(feed.ToSend(one).Text);
            feed.Acknowledge(one.One.Sequence, default);
        }
    }

    /// <summary>Such as packs badly.</summary>
    private static Draft Of(MessageClass kind, int number)
    {
        var noise = new byte[60];
        new SeededRandom((ulong)number).Fill(noise);
        return Outboxes.Of(kind, $"t/{number % 3}", $"{number} {Convert.ToHexString(noise)}");
    }
}
