using System.Diagnostics;
using System.Globalization;
using System.Security.Cryptography;
using Holdfast.Gateway.Outbox;
using Holdfast.Gateway.Topics;
using Holdfast.Hal.Linux.Files;

namespace Holdfast.Benchmarks.Outbox;

/// <summary>
/// The outbox on a disk: messages a second at a commit of 1 and of 100, beside SQLite (WAL, synchronous FULL) where python3 has it; and how many bytes a
/// rack's telemetry takes, which says how long an outage fits the budget.
/// </summary>
internal static class OutboxBench
{
    private const string Reader = "bench";
    private const int MessagesOf72Hours = 72 * 3600 * 100;
    private const int Devices = 150;

    /// <param name="folder">On the disk to be measured.</param>
    /// <param name="messages">For the bytes; at 100 a second.</param>
    public static async Task<IReadOnlyList<Figure>> RunAsync(
        string folder,
        int messages,
        int rounds,
        CancellationToken stop
    )
    {
        Directory.CreateDirectory(folder);
        var figures = new List<Figure>();
        foreach (var commit in (int[])[1, 100])
        {
            var ours = Median(rounds, () => Commits(folder, commit));
            var peer = await SqliteAsync(folder, commit, stop);
            figures.Add(
                new Figure(
                    $"messages/s at a commit of {commit}, times SQLite",
                    peer is { } theirs ? ours / theirs : double.NaN,
                    "",
                    1,
                    AtLeast: true
                )
                {
                    Parts = new Dictionary<string, double> { ["ours"] = ours, ["sqlite"] = peer ?? double.NaN },
                }
            );
        }

        figures.AddRange(Bytes(folder, messages));
        return figures;
    }

    private static Figure[] Bytes(string folder, int messages)
    {
        return Within(
            folder,
            outbox =>
            {
                var clock = Stopwatch.StartNew();
                long raw = 0;
                for (var at = 0; at < messages; at += 100)
                {
                    var drafts = Batch(at, 100);
                    raw += drafts.Sum(draft => RawBytes(draft));
                    Require(outbox.Write(drafts, TimeOf(at)));
                }

                var scale = (double)MessagesOf72Hours / messages;
                var memory = GC.GetTotalMemory(forceFullCollection: true) / 1e6;
                var writing = messages / clock.Elapsed.TotalSeconds;
                clock.Restart();
                var read = Drain(outbox);
                return (Figure[])
                    [
                        new("72 h at 100/s, raw", raw * scale / 1e9, "GB", null),
                        new("72 h at 100/s, on disk", outbox.Bytes * scale / 1e9, "GB", 2.1),
                        new(
                            "written for each byte of packed messages",
                            (double)outbox.BytesWritten / outbox.BytesOfRecords,
                            "",
                            1.3
                        ),
                        new("telemetry in batches of 100, written", writing, "messages/s", 10_000, AtLeast: true),
                        new("read back", read / clock.Elapsed.TotalSeconds, "messages/s", null),
                        new("memory held", memory, "MB", 64),
                    ];
            }
        );
    }

    private static long Drain(DurableOutbox outbox)
    {
        var feed = new OutboxFeed(outbox, Reader, new FeedOptions());
        feed.Connect(default);
        var read = 0L;
        while (read < 1_000_000 && feed.Next(default) is { Count: > 0 } sent)
        {
            foreach (var one in sent)
            {
                feed.Acknowledge(one.One.Sequence, default);
            }

            read += sent.Count;
        }

        return read;
    }

    private static double Commits(string folder, int commit)
    {
        var count = commit == 1 ? 2_000 : 100_000;
        return Within(
            folder,
            outbox =>
            {
                var batches = Enumerable.Range(0, count / commit).Select(i => Batch(i * commit, commit)).ToList();
                var clock = Stopwatch.StartNew();
                foreach (var drafts in batches)
                {
                    Require(outbox.Write(drafts, TimeOf(0)));
                }

                return count / clock.Elapsed.TotalSeconds;
            }
        );
    }

    private static T Within<T>(string folder, Func<DurableOutbox, T> work)
    {
        var own = Path.Combine(folder, "outbox");
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        try
        {
            using var disk = LinuxFolder.Open(own);
            return work(
                new DurableOutbox(disk, new OutboxLimits { BudgetBytes = 8L << 30 }, new GapSigner(key), "gap", Reader)
            );
        }
        finally
        {
            Directory.Delete(own, recursive: true);
        }
    }

    /// <summary>The same messages, by Python's sqlite3; null where there is none.</summary>
    private static async Task<double?> SqliteAsync(string folder, int commit, CancellationToken stop)
    {
        var count = commit == 1 ? 2_000 : 100_000;
        var file = Path.Combine(folder, "peer.db");
        var program = string.Create(
            CultureInfo.InvariantCulture,
            $"""
            import sqlite3, time, os
            db = sqlite3.connect({Quoted(file)}, isolation_level=None)
            db.execute("pragma journal_mode=wal"); db.execute("pragma synchronous=full")
            db.execute("create table q(n integer primary key, topic text, payload blob)")
            rows = [("rack/r1/device-%d/power" % (i % 150), os.urandom(40).hex().encode() * 3) for i in range({commit})]
            start = time.monotonic()
            for _ in range({count / commit}):
                db.execute("begin"); db.executemany("insert into q(topic, payload) values(?,?)", rows); db.execute("commit")
            print({count} / (time.monotonic() - start))
            """
        );
        try
        {
            using var python = Process.Start(
                new ProcessStartInfo("/usr/bin/python3", ["-c", program]) { RedirectStandardOutput = true }
            )!;
            var output = await python.StandardOutput.ReadToEndAsync(stop);
            await python.WaitForExitAsync(stop);
            return double.TryParse(output, CultureInfo.InvariantCulture, out var rate) ? rate : null;
        }
        catch (System.ComponentModel.Win32Exception)
        {
            return null;
        }
        finally
        {
            foreach (var left in Directory.EnumerateFiles(folder, "peer.db*"))
            {
                File.Delete(left);
            }
        }
    }

    private static string Quoted(string path) => $"'{path.Replace("'", "\\'", StringComparison.Ordinal)}'";

    private static readonly RackTopics Topics = new(new RackId("farm-3"));

    /// <summary>What a rack sends: readings that wander, with the attributes of CloudEvents.</summary>
    private static List<Draft> Batch(int first, int count) =>
        [
            .. Enumerable
                .Range(first, count)
                .Select(i =>
                {
                    var device = i % Devices;
                    var value =
                        40 + (device % 17) + Math.Sin(i / 9000.0) + (new SeededRandom((ulong)i).NextDouble() / 2);
                    var time = TimeOf(i);
                    var reading = Reading.Good(new Celsius(value), MonotonicTime.FromSeconds(i / 100.0));
                    var message = Topics.Of(Telemetry.Of($"node-{device:00}", "temperature", reading), time);
                    return new Draft(MessageClass.Metric, time, message);
                }),
        ];

    private static DateTimeOffset TimeOf(int i) =>
        new DateTimeOffset(2030, 1, 1, 0, 0, 0, TimeSpan.Zero).AddTicks((i * 100_000L) + (i * 7919L % 90_000));

    private static long RawBytes(Draft draft) =>
        draft.Message.Topic.Length
        + draft.Message.Payload.Length
        + draft.Message.UserProperties.Sum(p => p.Key.Length + p.Value.Length);

    private static void Require(WriteResult result) => Invariant.Require(result.IsComplete, result.Problem);

    private static double Median(int rounds, Func<double> measure) =>
        Enumerable.Range(0, rounds).Select(_ => measure()).Order().ElementAt(rounds / 2);
}
