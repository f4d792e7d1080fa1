using System.Globalization;
using System.Text;
using Holdfast.Hal.Linux.Files;
using Xunit;

namespace Holdfast.Hal.Linux.Tests.Files;

/// <summary>A log on a real disk, written by a process that is killed or refused at any moment.</summary>
public sealed class KillTests : IDisposable
{
    /// <summary>The most records that the other process commits at once.</summary>
    internal const int BatchMax = 3;

    private const int Lives = 6;
    private const int AcknowledgedMax = 60;
    private const int FileKilobytes = 3;

    private readonly string folder = Directory.CreateTempSubdirectory("holdfast-kill-").FullName;

    /// <summary>Small segments, so that kills fall into their making too.</summary>
    internal static RecordLogLimits Limits => new() { SegmentBytes = 4096 };

    [Fact]
    public async Task What_was_acknowledged_is_there_after_kill_9_at_any_moment()
    {
        var random = new SeededRandom(2026);
        var last = 0L;
        for (var life = 0; life < Lives; life++)
        {
            await using var writer = OtherProcess.Start(OtherProcess.Append, folder);
            for (var lines = 1 + random.Next(AcknowledgedMax); lines > 0; lines--)
            {
                last = Sequence(await writer.ReadLineAsync());
            }

            // What follows the last newline may be cut and acknowledges nothing.
            var rest = (await writer.KillAsync()).Split('\n')[..^1];
            last = rest.Length > 0 ? Sequence(rest[^1]) : last;
            AssertWhole(atLeast: last, atMost: last + BatchMax);
        }
    }

    [Fact]
    public async Task A_file_that_may_not_grow_refuses_and_loses_nothing_acknowledged()
    {
        await using var writer = OtherProcess.Start(OtherProcess.Append, folder, FileKilobytes);
        var last = 0L;
        var line = await writer.ReadLineAsync();
        while (line is not null && !line.StartsWith(OtherProcess.Refused, StringComparison.Ordinal))
        {
            last = Sequence(line);
            line = await writer.ReadLineAsync();
        }

        Assert.Contains("cannot grow", line, StringComparison.Ordinal);
        Assert.Contains(folder, line, StringComparison.Ordinal);
        Assert.Null(await writer.ReadLineAsync());
        // Of the refused batch some records may have fitted.
        AssertWhole(last, last + BatchMax - 1);
    }

    [Fact]
    public void A_torn_tail_is_cut_and_the_log_goes_on_behind_what_was_whole()
    {
        using (var disk = LinuxFolder.Open(folder))
        {
            var log = new RecordLog(disk, Limits);
            log.Append(Encoding.UTF8.GetBytes(OtherProcess.TextOf(1)));
            log.Commit();
            disk.Append(disk.List()[0], [200, 0, 0, 0, 1, 2, 3, 4, 5]);
        }

        AssertWhole(1, 1);
        using (var disk = LinuxFolder.Open(folder))
        {
            var log = new RecordLog(disk, Limits);
            log.Append(Encoding.UTF8.GetBytes(OtherProcess.TextOf(2)));
            log.Commit();
        }

        AssertWhole(2, 2);
    }

    public void Dispose() => Directory.Delete(folder, recursive: true);

    private void AssertWhole(long atLeast, long atMost)
    {
        using var disk = LinuxFolder.Open(folder);
        var log = new RecordLog(disk, Limits);
        Assert.Empty(log.Damage);
        Assert.InRange(log.LastSequence, atLeast, atMost);
        var records = log.Read(1, int.MaxValue);
        Assert.Equal(log.LastSequence, records.Count);
        Assert.All(
            records,
            r => Assert.Equal(OtherProcess.TextOf(r.Sequence), Encoding.UTF8.GetString(r.Payload.Span))
        );
    }

    private static long Sequence(string? line) =>
        long.Parse(line ?? throw new InvalidOperationException("the writer ended"), CultureInfo.InvariantCulture);
}
