using System.Globalization;
using System.Security.Cryptography;
using Holdfast.Gateway.Consumer;
using Holdfast.Gateway.Outbox;
using Holdfast.Mqtt;
using Holdfast.Testing;
using Xunit;

namespace Holdfast.Gateway.Tests.Outbox;

/// <summary>The queue on the disk: there once taken, whole or told, within its budget.</summary>
public sealed class DurableOutboxTests
{
    private const string Reader = "hub";

    private static readonly OutboxLimits Narrow = Outboxes.Small with { BudgetBytes = 60_000, SegmentBytes = 8000 };

    private readonly MemoryFolder folder = new();
    private readonly SequenceCheck check = new([Outboxes.Key]);

    [Fact]
    public void What_was_taken_comes_out_as_it_went_in_after_a_power_cut()
    {
        var message = new MqttMessage("a/b/Ω", new byte[] { 0, 1, 255 })
        {
            Qos = MqttQos.ExactlyOnce,
            Retain = true,
            Expiry = TimeSpan.FromSeconds(77),
            ResponseTopic = "answers",
            CorrelationData = new byte[] { 9 },
            ContentType = "text/plain",
            UserProperties = [new("k", "v"), new("k", "w")],
        };
        Open().Write([new Draft(MessageClass.Audit, Outboxes.Time, message)], Outboxes.Time);
        folder.LosePower(new SeededRandom(1));
        var sent = Assert.Single(Drain(Open()));

        Assert.Equal(message.Payload.ToArray(), sent.Payload.ToArray());
        Assert.Equal(message.CorrelationData.ToArray(), sent.CorrelationData.ToArray());
        Assert.Equal(
            (message.Topic, message.Qos, message.Retain, message.Expiry, message.ResponseTopic, message.ContentType),
            (sent.Topic, sent.Qos, sent.Retain, sent.Expiry, sent.ResponseTopic, sent.ContentType)
        );
        Assert.Equal(message.UserProperties, sent.UserProperties.Take(2));
        Assert.Equal("1", sent.Property(MessageIdentity.SequenceProperty));
        Assert.Equal("audit", sent.Property(MessageIdentity.ClassProperty));
        Assert.Equal("1", sent.Property(MessageIdentity.HistoricalProperty));
    }

    [Fact]
    public void What_was_delivered_makes_room_and_is_not_sent_again()
    {
        Fill(Open(), 1000);
        var outbox = Open();
        Assert.Equal(1000, outbox.Waiting(Reader));
        Assert.Equal(1000, Drain(outbox).Count);
        outbox.Settle();

        Assert.Equal(0, outbox.Waiting(Reader));
        Assert.Single(folder.List());
        var again = Open();
        Assert.Empty(Drain(again));
        Assert.Equal((1001, outbox.Stream), (again.End, again.Stream));
    }

    [Fact]
    public void A_crash_costs_duplicates_of_what_was_not_written_down_as_delivered()
    {
        var outbox = Open();
        Fill(outbox, 500);
        Drain(outbox);
        folder.LosePower(new SeededRandom(1));

        Assert.Equal(500, Drain(Open()).Count);
    }

    [Fact]
    public void A_torn_tail_is_cut_and_its_numbers_are_given_again()
    {
        for (var seed = 0UL; seed < 200; seed++)
        {
            var disk = new MemoryFolder();
            var outbox = Outboxes.Open(disk, Reader, Outboxes.Small);
            Fill(outbox, 20);
            var newest = disk.List()[^1];
            var whole = SegmentFile.ReadAll(disk, newest);
            outbox.Write([Outboxes.Metric("t", "torn")], Outboxes.Time);
            var length = disk.Length(newest);
            disk.Truncate(newest, whole.Length + (long)(seed % (ulong)Math.Max(1, length - whole.Length)));
            var after = Outboxes.Open(disk, Reader, Outboxes.Small);

            Assert.Empty(after.Damage);
            Assert.Equal(21, after.End);
            after.Write([Outboxes.Metric("t", "whole")], Outboxes.Time);
            Assert.Equal("whole", Outboxes.Drain(after, Reader)[^1].Text);
        }
    }

    [Theory]
    [InlineData(80)]
    [InlineData(10)]
    public void Damage_in_the_middle_costs_its_batch_and_is_told_signed(int offset)
    {
        Fill(Open(), 1000);
        var name = folder.List()[3];
        folder.FlipBit(name, (int)folder.Length(name) / 2 / 64 * 64 + offset, 3);
        var outbox = Open();
        var sent = Drain(outbox);
        Fill(outbox, 1);
        sent.AddRange(Drain(outbox));
        var news = sent.Count(one => check.Take(one) == Verdict.New);
        var state = check.Streams[outbox.Stream];

        Assert.InRange(news, 700, 1000);
        Assert.NotEmpty(outbox.Damage);
        Assert.NotEmpty(state.Records);
        Assert.Equal(0, state.Lost);
        Assert.All(state.Records, record => Assert.Contains("damaged", record.Why, StringComparison.Ordinal));
        Assert.Empty(Open().Damage);
    }

    [Fact]
    public void Numbers_of_a_damaged_end_are_not_given_again()
    {
        var outbox = Open();
        Fill(outbox, 10);
        var name = folder.List()[^1];
        folder.FlipBit(name, LastFrameOf(name) + 20, 1);
        var after = Open();

        Assert.True(after.End > 11);
        Assert.NotEmpty(after.Damage);
        Fill(after, 1);
        Assert.Contains(Drain(after), one => check.Take(one) == Verdict.GapRecord);
    }

    [Fact]
    public void A_file_whose_first_write_was_torn_gets_a_head_all_the_same()
    {
        var outbox = Open();
        Fill(outbox, 500);
        var newest = folder.List()[^1];
        folder.Truncate(newest, 30);
        var after = Open();
        Fill(after, 1);
        Drain(after);
        after.Settle();

        Assert.Equal([newest], folder.List());
        Assert.Equal((outbox.Stream, 0), (Open().Stream, Open().Waiting(Reader)));
    }

    [Fact]
    public void Near_the_budget_metrics_are_thinned_states_keep_their_last_and_all_is_told()
    {
        var outbox = Open(Narrow);
        for (var i = 0; i < 400; i++)
        {
            Assert.True(
                outbox
                    .Write(
                        [
                            .. Enumerable.Range(0, 10).Select(j => Outboxes.Metric($"m/{j}", Noise(i, j))),
                            Outboxes.Of(MessageClass.State, "s/1", $"state {i}"),
                            Outboxes.Of(MessageClass.Alarm, "alarm", $"alarm {i}"),
                        ],
                        Outboxes.Time
                    )
                    .IsComplete
            );
        }

        Assert.InRange(outbox.Bytes, 1, 60_000);
        var sent = Drain(Open(Narrow));
        sent.ForEach(one => check.Take(one));
        Assert.Equal(
            Enumerable.Range(0, 400).Select(i => $"alarm {i}"),
            sent.Where(one => one.Topic == "alarm").Select(one => one.Text)
        );
        Assert.Equal("state 399", sent.Last(one => one.Topic == "s/1").Text);
        var state = check.Streams[outbox.Stream];
        Assert.NotEmpty(state.Records);
        Assert.Equal(0, state.Lost);
        Assert.InRange(sent.Count(one => one.Topic.StartsWith("m/", StringComparison.Ordinal)), 100, 3000);
    }

    [Fact]
    public void When_nothing_more_can_go_the_producer_is_refused_and_alarms_have_room()
    {
        var outbox = Open(Outboxes.Small with { BudgetBytes = 40_000 });
        var alarms = 0;
        while (outbox.Write([Outboxes.Of(MessageClass.Alarm, "alarm", Noise(alarms, 1))], Outboxes.Time).IsComplete)
        {
            var result = outbox.Write(
                [Outboxes.Metric("m", "x"), Outboxes.Of(MessageClass.Alarm, "alarm", Noise(alarms, 2))],
                Outboxes.Time
            );
            alarms += 1 + result.Taken - (result.OnlyUrgent ? 0 : 1);
        }

        Assert.Contains("full", outbox.Problem, StringComparison.Ordinal);
        Assert.InRange(outbox.Bytes, 30_000, 40_000);
        Assert.True(Drain(outbox).Count(one => one.Topic == "alarm") >= alarms);
        outbox.Settle();
        Assert.True(outbox.Write([Outboxes.Metric("m", "x")], Outboxes.Time).IsComplete);
        Assert.Null(outbox.Problem);
    }

    [Fact]
    public void A_full_disk_is_told_and_alarms_use_the_ballast()
    {
        var outbox = Open(Outboxes.Small with { BallastBytes = 50_000 });
        Fill(outbox, 10);
        folder.Capacity = folder.List().Sum(folder.Length);

        Assert.NotEmpty(outbox.Write([Outboxes.Metric("m", "x")], Outboxes.Time).Problem);
        Assert.NotNull(outbox.Problem);
        Assert.True(outbox.Write([Outboxes.Of(MessageClass.Alarm, "a", "fire")], Outboxes.Time).IsComplete);
        folder.Capacity = long.MaxValue;
        Assert.True(outbox.Write([Outboxes.Metric("m", "y")], Outboxes.Time).IsComplete);
        Assert.Equal(["fire", "y"], Drain(Open()).TakeLast(2).Select(one => one.Text));
    }

    [Fact]
    public void Of_what_it_writes_less_than_a_third_is_not_messages()
    {
        var outbox = Open(new OutboxLimits { BallastBytes = 0 });
        for (var second = 0; second < 3000; second++)
        {
            outbox.Write(
                [.. Enumerable.Range(0, 100).Select(i => Outboxes.Metric($"rack/r1/n{i}/power", Noise(second, i)))],
                Outboxes.Time.AddSeconds(second)
            );
            if (second % 10 == 0)
            {
                Drain(outbox);
                outbox.Tick(MonotonicTime.FromSeconds(second));
            }
        }

        Assert.Equal(folder.BytesWritten, outbox.BytesWritten);
        Assert.InRange((double)outbox.BytesWritten / outbox.BytesOfRecords, 1, 1.3);
    }

    [Fact]
    public void The_source_is_written_down_with_what_was_handed_over()
    {
        var outbox = Open();
        outbox.Write([Outboxes.Metric("m", "x")], Outboxes.Time, handedOver: 41);
        folder.LosePower(new SeededRandom(1));

        Assert.Equal(41, Open().Source);
    }

    [Fact]
    public void A_record_that_was_changed_or_signed_by_another_is_forged()
    {
        var record = new GapRecord("i", "s", 1, 5, "metric", 5, "because", 1, 2, 3);
        var signed = new GapSigner(Outboxes.Key).Sign(record);
        using var other = ECDsa.Create(ECCurve.NamedCurves.nistP256);

        Assert.True(signed.IsSignedBy(Outboxes.Key));
        Assert.False((signed with { Count = 50 }).IsSignedBy(Outboxes.Key));
        Assert.False(signed.IsSignedBy(other));
        Assert.False((signed with { Signature = "nonsense" }).IsSignedBy(Outboxes.Key));
    }

    private int LastFrameOf(string name) => (int)SegmentFile.Scan(SegmentFile.ReadAll(folder, name)).Last().At;

    private DurableOutbox Open(OutboxLimits? limits = null) => Outboxes.Open(folder, Reader, limits ?? Outboxes.Small);

    private static List<MqttMessage> Drain(DurableOutbox outbox) => Outboxes.Drain(outbox, Reader);

    private static void Fill(DurableOutbox outbox, int count)
    {
        for (var i = 0; i < count; i += 5)
        {
            var part = Math.Min(5, count - i);
            Assert.True(
                outbox
                    .Write(
                        [.. Enumerable.Range(i, part).Select(n => Outboxes.Metric($"t/{n % 7}", Noise(n, 0)))],
                        Outboxes.Time
                    )
                    .IsComplete
            );
        }
    }

    /// <summary>Text that does not pack to nothing.</summary>
    private static string Noise(int a, int b) =>
        string.Create(
            CultureInfo.InvariantCulture,
            $"{{\"value\":{new SeededRandom((ulong)((a * 1000) + b)).NextUInt64()}}}"
        );
}
