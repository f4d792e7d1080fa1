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

    /// <summary>Wherever the bit is: in the length, the checksum, the number or the payload, of the first record, one in the middle or the last but one.</summary>
    [Theory]
    [InlineData(0)]
    [InlineData(17)]
    [InlineData(38)]
    public void A_flipped_bit_costs_one_record_and_is_reported(int which)
    {
        var frame = RecordFrame.HeaderLength + "record 10".Length;
        for (var offset = 0; offset < frame; offset++)
        {
            var folder = Filled(40, from: 10);
            folder.FlipBit(folder.List()[0], (which * frame) + offset, offset % 8);
            var reopened = new RecordLog(folder);

            var range = $"records {which + 1} to {which + 1} are damaged and lost";
            Assert.Equal(range, Assert.Single(reopened.Damage));
            Assert.Equal(40, reopened.LastSequence);
            Assert.Equal(Numbers(1, 40).Where(n => n != which + 1), reopened.Read(1, 100).Select(r => r.Sequence));
        }
    }

    [Fact]
    public void The_number_of_a_damaged_newest_record_is_not_given_again()
    {
        var folder = Filled(5);
        folder.FlipBit(folder.List()[0], (int)folder.Length(folder.List()[0]) - 1, 3);
        Assert.Equal(5, new RecordLog(folder).LastSequence);
        var reopened = new RecordLog(folder);
        Add(reopened, "after");
        reopened.Commit();

        Assert.Equal([1L, 2, 3, 4, 6], new RecordLog(folder).Read(1, 100).Select(r => r.Sequence));
    }

    [Fact]
    public void A_gap_stays_where_it_was_left()
    {
        var folder = Filled(3);
        var log = new RecordLog(folder);
        log.SkipTo(100);
        log.SkipTo(50);
        Add(log, "after");
        log.Commit();

        Assert.Equal([1L, 2, 3, 100], new RecordLog(folder).Read(1, 100).Select(r => r.Sequence));
        Assert.Equal(100, new RecordLog(folder).LastSequence);
    }

    [Fact]
    public void What_is_shown_after_a_kill_survives_a_power_cut_after_it()
    {
        var written = Filled(3);
        var folder = new MemoryFolder();
        var bytes = new byte[written.Length(written.List()[0])];
        written.Read(written.List()[0], 0, bytes);
        folder.Append(written.List()[0], bytes);
        Assert.Equal(3, new RecordLog(folder).LastSequence);

        folder.LosePower(new SeededRandom(1));
        Assert.Equal(3, new RecordLog(folder).LastSequence);
    }

    [Fact]
    public void Records_of_any_size_are_found_behind_damage_of_any_length()
    {
        for (var seed = 0UL; seed < 100; seed++)
        {
            var random = new SeededRandom(seed);
            var folder = new MemoryFolder();
            var limits = new RecordLogLimits { RecordBytesMax = 700, SegmentBytes = 4000 };
            var log = new RecordLog(folder, limits);
            var written = new List<byte[]>();
            for (var i = 0; i < 40; i++)
            {
                written.Add(new byte[1 + random.Next(700)]);
                random.Fill(written[^1]);
                log.Append(written[^1]);
                log.Commit();
            }

            var name = folder.List()[random.Next(folder.List().Count - 1)];
            var from = random.Next((int)folder.Length(name));
            for (var i = from; i < Math.Min(folder.Length(name), from + 500); i++)
            {
                folder.FlipBit(name, i, random.Next(8));
            }

            var reopened = new RecordLog(folder, limits);
            var found = reopened.Read(1, 100);
            Assert.Equal(40, reopened.LastSequence);
            Assert.All(found, r => Assert.Equal(written[(int)r.Sequence - 1], r.Payload.ToArray()));
            var damaged = reopened.Damage.Sum(text =>
                1 + long.Parse(text.Split(' ')[3], null) - long.Parse(text.Split(' ')[1], null)
            );
            Assert.Equal(40 - found.Count, damaged);
        }
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

    private static MemoryFolder Filled(int count, int from = 1)
    {
        var folder = new MemoryFolder();
        var log = new RecordLog(folder);
        foreach (var number in Numbers(from, from + count - 1))
        {
            Add(log, string.Create(CultureInfo.InvariantCulture, $"record {number}"));
            log.Commit();
        }

        return folder;
    }

    private static IEnumerable<long> Numbers(int first, int last) =>
        Enumerable.Range(first, last - first + 1).Select(number => (long)number);

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
