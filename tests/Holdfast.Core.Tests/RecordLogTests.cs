using System.Globalization;
using System.Text;
using Holdfast.Testing;
using Xunit;

namespace Holdfast.Core.Tests;

public sealed class RecordLogTests
{
    private static readonly RecordLogLimits Small = new() { SegmentBytes = 200, BudgetBytes = 1000 };

    [Fact]
    public void The_checksum_is_crc32c() => Assert.Equal(0xE3069283u, Crc32C.Of("123456789"u8));

    [Fact]
    public void What_was_committed_is_there_after_any_power_cut_and_nothing_else()
    {
        for (var seed = 0UL; seed < 300; seed++)
        {
            var random = new SeededRandom(seed);
            var folder = new MemoryFolder();
            var committed = new List<string>();
            for (var life = 0; life < 5; life++)
            {
                var log = new RecordLog(folder, Small);
                var found = Texts(log);
                // A batch that was under way when the power went may be there too, but only from its start and in order.
                Assert.Equal(committed, found.Take(committed.Count));
                committed = [.. found];
                Live(log, folder, random, committed);
            }
        }
    }

    [Fact]
    public void A_full_disk_loses_nothing_and_the_log_goes_on_when_there_is_room()
    {
        var folder = new MemoryFolder();
        var log = new RecordLog(folder);
        Add(log, "before");
        log.Commit();
        folder.Capacity = folder.Length(folder.List()[0]) + 4;
        Add(log, "while full");

        Assert.Throws<IOException>(log.Commit);
        Assert.Equal(["before"], Texts(log));

        folder.Capacity = long.MaxValue;
        log.Commit();
        Assert.Equal(["before", "while full"], Texts(new RecordLog(folder)));
    }

    [Fact]
    public void A_disk_that_refuses_a_new_segment_stops_the_log_only_until_it_takes_it()
    {
        var folder = new MemoryFolder { ReadOnly = true };
        var log = new RecordLog(folder);
        Add(log, "while read-only");
        Assert.Throws<IOException>(log.Commit);

        folder.ReadOnly = false;
        log.Commit();
        Assert.Equal(["while read-only"], Texts(new RecordLog(folder)));
    }

    [Fact]
    public void A_flipped_bit_costs_its_segment_from_there_and_is_reported()
    {
        var folder = new MemoryFolder();
        var log = new RecordLog(folder, Small);
        for (var i = 0; i < 40; i++)
        {
            Add(log, string.Create(CultureInfo.InvariantCulture, $"record {i}"));
            log.Commit();
        }

        folder.FlipBit(folder.List()[1], 30, 3);
        var reopened = new RecordLog(folder, Small);

        Assert.Single(reopened.Damage);
        Assert.Equal(40, reopened.LastSequence);
        var records = reopened.Read(1, 100);
        Assert.All(records, r => Assert.Equal($"record {r.Sequence - 1}", Encoding.UTF8.GetString(r.Payload.Span)));
        Assert.InRange(records.Count, 25, 39);
    }

    [Fact]
    public void Trimming_spares_what_is_not_delivered_until_twice_the_budget()
    {
        var folder = new MemoryFolder();
        var log = new RecordLog(folder, Small);
        Fill(log, Small.BudgetBytes + 300);
        Assert.Null(log.Trim(keepFrom: 1));

        var dropped = log.Trim(keepFrom: long.MaxValue);
        Assert.Equal(1, dropped?.First);
        Assert.Equal(dropped?.Last + 1, log.FirstSequence);
        Assert.True(log.Bytes <= Small.BudgetBytes);

        Fill(log, 2 * Small.BudgetBytes + 300);
        Assert.NotNull(log.Trim(keepFrom: 1));
    }

    [Fact]
    public void A_record_has_a_size_limit() =>
        Assert.Throws<ArgumentException>(() => new RecordLog(new MemoryFolder()).Append(new byte[64 * 1024 + 1]));

    private static void Live(RecordLog log, MemoryFolder folder, SeededRandom random, List<string> committed)
    {
        for (var batch = random.Next(6); batch > 0; batch--)
        {
            var texts = Enumerable.Range(0, 1 + random.Next(3)).Select(_ => $"{random.NextUInt64()}").ToArray();
            foreach (var text in texts)
            {
                Add(log, text);
            }

            log.Commit();
            committed.AddRange(texts);
        }

        folder.Append(
            folder.List() is [.., var newest] ? newest : "0000000000000000001.log",
            new byte[random.Next(20)]
        );
        folder.LosePower(random);
    }

    private static void Fill(RecordLog log, long bytes)
    {
        while (log.Bytes < bytes)
        {
            Add(log, "some event of usual length");
            log.Commit();
        }
    }

    private static void Add(RecordLog log, string text) => log.Append(Encoding.UTF8.GetBytes(text));

    private static string[] Texts(RecordLog log) =>
        [.. log.Read(1, int.MaxValue).Select(r => Encoding.UTF8.GetString(r.Payload.Span))];
}
