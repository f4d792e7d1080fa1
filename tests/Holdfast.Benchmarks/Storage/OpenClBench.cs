using System.Diagnostics;
using Holdfast.Storage.ErasureCoding;
using Holdfast.Storage.OpenCl;

namespace Holdfast.Benchmarks.Storage;

/// <summary>A device's speeds in GB/s of the data shards' bytes.</summary>
/// <param name="WithCopies">As a caller gets it: shards copied to the device, parity copied back.</param>
/// <param name="ComputeOnly">What the kernel alone does, on shards that are on the device already.</param>
internal sealed record DeviceSpeed(OpenClDevice Device, double WithCopies, double ComputeOnly);

/// <summary>The encoding of one stripe by the processor and by each device, in GB/s of the data shards' bytes.</summary>
internal sealed record OpenClRow(
    ErasureCode Code,
    int ShardLength,
    double OneCore,
    double AllCores,
    IReadOnlyList<DeviceSpeed> Devices
)
{
    /// <summary>The device that serves a caller best, counted from 0; null: the processor does.</summary>
    public int? Fastest
    {
        get
        {
            int? fastest = null;
            var speed = Math.Max(OneCore, AllCores);
            for (var i = 0; i < Devices.Count; i++)
            {
                if (Devices[i].WithCopies > speed)
                {
                    (fastest, speed) = (i, Devices[i].WithCopies);
                }
            }

            return fastest;
        }
    }
}

/// <summary>Where a device beats the processor, and where the copies eat what it wins.</summary>
internal static class OpenClBench
{
    /// <summary>Long enough for the clock and for what the first copies of a run cost more.</summary>
    private static readonly TimeSpan Slice = TimeSpan.FromMilliseconds(40);

    private static readonly (int Data, int Parity)[] Codes = [(4, 2), (10, 4), (16, 4), (32, 8)];

    private static readonly int[] ShardLengths = [64 << 10, 1 << 20, 8 << 20];

    public static IReadOnlyList<OpenClRow> Run(OpenClSearch search, int rounds, CancellationToken stop) =>
        Run(search, Codes, ShardLengths, rounds, stop);

    /// <param name="rounds">Of all in turn, to take the medians of.</param>
    /// <exception cref="OpenClException">A device fails.</exception>
    public static IReadOnlyList<OpenClRow> Run(
        OpenClSearch search,
        IEnumerable<(int Data, int Parity)> codes,
        IReadOnlyList<int> shardLengths,
        int rounds,
        CancellationToken stop
    )
    {
        List<OpenClRow> rows = [];
        foreach (var (data, parity) in codes)
        {
            var code = ErasureCode.Create(data, parity);
            List<OpenClErasureCoder> coders = [];
            try
            {
                foreach (var device in search.Devices.Where(device => device.Unfit is null))
                {
                    coders.Add(new OpenClErasureCoder(code, device));
                }

                rows.AddRange(shardLengths.Select(length => Measure(code, length, coders, rounds, stop)));
            }
            finally
            {
                coders.ForEach(coder => coder.Dispose());
            }
        }

        return rows;
    }

    private static OpenClRow Measure(
        ErasureCode code,
        int length,
        List<OpenClErasureCoder> coders,
        int rounds,
        CancellationToken stop
    )
    {
        var stripe = Stripe.Staggered(code.TotalShards, length);
        var shards = stripe.ToMemories();
        foreach (var shard in shards)
        {
            // Memory that was never written is one and the same page of zeros, and always in the cache.
            shard.Span.Fill(0x5A);
        }

        var parallel = new ParallelEncoder(code);
        var bytes = (double)length * code.DataShards;
        List<Subject> subjects =
        [
            new(() => code.Encode(stripe), bytes),
            new(() => parallel.Encode(shards, cancel: stop), bytes),
        ];
        foreach (var coder in coders)
        {
            var piece = Math.Min(length, coder.PieceMax);
            subjects.Add(new(() => coder.Encode(stripe, stop), bytes));
            subjects.Add(new(() => coder.ComputeOnly(piece, times: 8), 8.0 * piece * code.DataShards));
        }

        for (var round = 0; round < rounds; round++)
        {
            foreach (var subject in subjects)
            {
                stop.ThrowIfCancellationRequested();
                subject.MeasureOnce(Slice);
            }
        }

        return new OpenClRow(
            code,
            length,
            subjects[0].Speed,
            subjects[1].Speed,
            [
                .. coders.Select(
                    (coder, i) =>
                        new DeviceSpeed(coder.Device, subjects[2 + (2 * i)].Speed, subjects[3 + (2 * i)].Speed)
                ),
            ]
        );
    }

    /// <summary>One of those that are measured in turn, so that what disturbs the machine disturbs all.</summary>
    private sealed class Subject(Action work, double bytes)
    {
        private readonly List<double> seconds = [];

        /// <summary>In GB/s, the median of the rounds.</summary>
        public double Speed => bytes / seconds.Order().ElementAt(seconds.Count / 2) / 1e9;

        public void MeasureOnce(TimeSpan slice)
        {
            work();
            var start = Stopwatch.GetTimestamp();
            var calls = 0;
            do
            {
                work();
                calls++;
            } while (Stopwatch.GetElapsedTime(start) < slice);

            seconds.Add(Stopwatch.GetElapsedTime(start).TotalSeconds / calls);
        }
    }
}
