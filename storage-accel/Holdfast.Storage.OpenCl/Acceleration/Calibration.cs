using System.Globalization;
using Holdfast.Storage.ErasureCoding;

namespace Holdfast.Storage.OpenCl.Acceleration;

/// <summary>Measures a device against the processor with the code's own work, copies included.</summary>
internal sealed class Calibration(
    ErasureCode code,
    OpenClErasureCoder coder,
    TimeProvider clock,
    CancellationToken cancel
)
{
    /// <summary>All shards of the largest stripe together, in bytes: longer stripes are no other work, and a small board can spare as much.</summary>
    private const int StripeMax = 64 << 20;

    /// <summary>Stripes of 64, 16, 4 and 1 MiB.</summary>
    private const int Sizes = 4;

    private const int Rounds = 7;

    /// <summary>All shards of the stripe to warm up with, in bytes.</summary>
    private const int WarmUpStripe = 256 << 10;

    /// <summary>
    /// The compiler improves a method after some calls and a tenth of a second. Before that the processor's kernels are ten times slower, and a device
    /// would win that has no business to.
    /// </summary>
    private static readonly TimeSpan WarmUp = TimeSpan.FromMilliseconds(300);

    private readonly CpuErasure cpu = new(code);

    /// <exception cref="OpenClException">The device fails.</exception>
    /// <exception cref="OperationCanceledException">Cancelled.</exception>
    public AcceleratorVerdict Run()
    {
        List<CalibrationPoint> points = [];
        var lengths = Enumerable.Range(0, Sizes).Select(step => LengthIn(StripeMax >> (2 * step))).ToArray();
        var encodeFrom = Find(
            "encode",
            lengths,
            points,
            shards => cpu.Encode(shards, cancel),
            shards => coder.Encode(shards, cancel)
        );

        // One lost shard is what the processor is fastest at: a device that wins there wins with more.
        var plan = code.PlanRebuild(0);
        var rebuildFrom = Find(
            "rebuild one",
            lengths,
            points,
            shards => cpu.Rebuild(plan, shards, cancel),
            shards => coder.Rebuild(plan, shards, cancel)
        );
        return new AcceleratorVerdict(Summary(points, encodeFrom, rebuildFrom), points, encodeFrom, rebuildFrom);
    }

    private int? Find(
        string work,
        int[] lengths,
        List<CalibrationPoint> points,
        Action<Memory<byte>[]> onCpu,
        Action<Memory<byte>[]> onDevice
    )
    {
        var small = Written(LengthIn(WarmUpStripe));
        using (var warm = new CancellationTokenSource(WarmUp, clock))
        {
            while (!warm.IsCancellationRequested)
            {
                onCpu(small);
            }
        }

        return Crossover.Find(lengths, length => Compare(work, length, onCpu, onDevice), points);
    }

    /// <summary>In turn, so that what disturbs the machine disturbs both; the best of each counts, which was disturbed least.</summary>
    private CalibrationPoint Compare(
        string work,
        int length,
        Action<Memory<byte>[]> onCpu,
        Action<Memory<byte>[]> onDevice
    )
    {
        // The first on the device builds the kernel.
        var shards = Written(length);
        onCpu(shards);
        onDevice(shards);
        var (cpuBest, deviceBest) = (TimeSpan.MaxValue, TimeSpan.MaxValue);
        for (var round = 0; round < Rounds; round++)
        {
            cpuBest = Shorter(cpuBest, Time(() => onCpu(shards)));
            deviceBest = Shorter(deviceBest, Time(() => onDevice(shards)));
        }

        return new CalibrationPoint(
            coder.Device.ToString(),
            work,
            length,
            Speed(length, cpuBest),
            Speed(length, deviceBest)
        );
    }

    /// <summary>Memory that was never written is one and the same page of zeros: reading it would show the caches' speed.</summary>
    private Memory<byte>[] Written(int length)
    {
        var shards = Stripe.Staggered(code.TotalShards, length).ToMemories();
        foreach (var shard in shards)
        {
            shard.Span.Fill(0x5A);
        }

        return shards;
    }

    private int LengthIn(int stripe) => Math.Max(1, stripe / code.TotalShards);

    private static TimeSpan Shorter(TimeSpan a, TimeSpan b) => a < b ? a : b;

    private TimeSpan Time(Action work)
    {
        var start = clock.GetTimestamp();
        work();
        return clock.GetElapsedTime(start);
    }

    private double Speed(int length, TimeSpan time) => (double)length * code.DataShards / time.TotalSeconds / 1e9;

    private string Summary(List<CalibrationPoint> points, int? encodeFrom, int? rebuildFrom) =>
        string.Create(
            CultureInfo.InvariantCulture,
            $"{code.DataShards} + {code.ParityShards} shards: {Sentence("encode", points, encodeFrom)} "
                + $"{Sentence("rebuild one", points, rebuildFrom)}"
        );

    private static string Sentence(string work, List<CalibrationPoint> points, int? from)
    {
        var longest = points.First(point => point.Work == work);
        var speeds = string.Create(
            CultureInfo.InvariantCulture,
            $"with shards of {longest.ShardLength} bytes the processor makes {longest.CpuSpeed:0.0} GB/s, {longest.Device} with its copies "
                + $"{longest.DeviceSpeed:0.0} GB/s"
        );
        return from is null
            ? $"To {work}, the processor is used: {speeds}."
            : $"To {work}, the device is used from shards of {from} bytes on: {speeds}.";
    }
}
