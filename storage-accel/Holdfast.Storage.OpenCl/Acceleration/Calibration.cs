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

    private const int Rounds = 3;

    private readonly CpuErasure cpu = new(code);

    /// <exception cref="OpenClException">The device fails.</exception>
    /// <exception cref="OperationCanceledException">Cancelled.</exception>
    public AcceleratorVerdict Run()
    {
        List<CalibrationPoint> points = [];
        var lengths = Enumerable
            .Range(0, Sizes)
            .Select(step => Math.Max(1, (StripeMax >> (2 * step)) / code.TotalShards));
        var encodeFrom = Crossover.Find(lengths, MeasureEncode, points);

        // One lost shard is what the processor is fastest at: a device that wins there wins with more.
        var rebuildFrom = Crossover.Find(lengths, MeasureRebuild, points);
        return new AcceleratorVerdict(Summary(points, encodeFrom, rebuildFrom), points, encodeFrom, rebuildFrom);
    }

    private CalibrationPoint MeasureEncode(int length)
    {
        var shards = new Stripe(code.TotalShards, length).ToMemories();
        return Compare("encode", length, () => cpu.Encode(shards, cancel), () => coder.Encode(shards, cancel));
    }

    private CalibrationPoint MeasureRebuild(int length)
    {
        var shards = new Stripe(code.TotalShards, length).ToMemories();
        var plan = code.PlanRebuild(0);
        return Compare(
            "rebuild one",
            length,
            () => cpu.Rebuild(plan, shards, cancel),
            () => coder.Rebuild(plan, shards, cancel)
        );
    }

    /// <summary>In turn, so that what disturbs the machine disturbs both; the medians count. The first of each warms up.</summary>
    private CalibrationPoint Compare(string work, int length, Action onCpu, Action onDevice)
    {
        onCpu();
        onDevice();
        var cpuTimes = new TimeSpan[Rounds];
        var deviceTimes = new TimeSpan[Rounds];
        for (var round = 0; round < Rounds; round++)
        {
            cpuTimes[round] = Time(onCpu);
            deviceTimes[round] = Time(onDevice);
        }

        return new CalibrationPoint(
            coder.Device.ToString(),
            work,
            length,
            Speed(length, cpuTimes),
            Speed(length, deviceTimes)
        );
    }

    private TimeSpan Time(Action work)
    {
        var start = clock.GetTimestamp();
        work();
        return clock.GetElapsedTime(start);
    }

    private double Speed(int length, TimeSpan[] times) =>
        (double)length * code.DataShards / times.Order().ElementAt(Rounds / 2).TotalSeconds / 1e9;

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
