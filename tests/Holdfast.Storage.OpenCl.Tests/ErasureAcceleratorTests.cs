using Holdfast.Storage.ErasureCoding;
using Holdfast.Storage.OpenCl.Acceleration;
using Xunit;

namespace Holdfast.Storage.OpenCl.Tests;

public sealed class ErasureAcceleratorTests
{
    private readonly ErasureCode code = ErasureCode.Create(4, 2);
    private readonly SeededRandom random = new(31);

    [Fact]
    public void Without_a_loader_the_processor_works_and_it_is_said()
    {
        var search = OpenClDevices.Find("/nowhere/libOpenCL.so.1");
        using var accelerator = ErasureAccelerator.Create(code, search, TimeProvider.System);
        Assert.StartsWith(
            "The processor does all erasure coding.",
            accelerator.Verdict.Summary,
            StringComparison.Ordinal
        );
        Assert.Contains("There is no OpenCL loader", accelerator.Verdict.Summary, StringComparison.Ordinal);
        Assert.Empty(accelerator.Verdict.Points);

        var shards = Stripes.Random(6, 3_000_000, random);
        Assert.Equal(ErasureEngine.Cpu, accelerator.Encode(shards));
        Assert.True(code.Verify(shards).IsConsistent);

        var original = Stripes.Copy(shards);
        shards[0].Span.Clear();
        shards[5].Span.Clear();
        shards[4] = Memory<byte>.Empty;
        var plan = ErasureCode.Create(4, 2).PlanRebuild(0);
        Assert.Throws<ArgumentException>(() => accelerator.Rebuild(plan, shards));
        shards[4] = original[4];
        Assert.Equal(ErasureEngine.Cpu, accelerator.Rebuild(code.PlanRebuild(0, 5), shards));
        Assert.True(Stripes.Same(original, shards));
    }

    [Fact]
    public void A_shard_that_takes_no_part_in_a_rebuild_may_be_missing()
    {
        using var accelerator = new ErasureAccelerator(code, coder: null, AcceleratorVerdict.CpuOnly("", []));
        var shards = Stripes.Random(6, 3_000_000, random);
        code.Encode(shards);
        var lost = shards[0].ToArray();
        shards[0].Span.Clear();
        shards[5] = Memory<byte>.Empty;
        accelerator.Rebuild(code.PlanRebuild(0), shards);
        Assert.True(shards[0].Span.SequenceEqual(lost));
    }

    [Fact]
    public void A_device_that_is_slower_is_left_alone_and_the_figures_say_why()
    {
        // One length each for encoding and rebuilding: it lost with the longest.
        using var accelerator = ErasureAccelerator.Create(
            code,
            Only(Pocl.Require()),
            new PacedClock(cpuMs: 5, deviceMs: 50)
        );
        Assert.False(accelerator.Verdict.UsesDevice);
        Assert.Equal(["encode", "rebuild one"], accelerator.Verdict.Points.Select(point => point.Work));
        Assert.All(accelerator.Verdict.Points, point => Assert.Equal(10, point.CpuSpeed / point.DeviceSpeed, 1e-6));
        Assert.Contains("the processor is used", accelerator.Verdict.Summary, StringComparison.Ordinal);
        Assert.Equal(ErasureEngine.Cpu, accelerator.Encode(Stripes.Random(6, 2_000_000, random)));
    }

    [Fact]
    public void A_device_that_wins_is_used_for_shards_that_are_long_enough()
    {
        using var accelerator = ErasureAccelerator.Create(
            code,
            Only(Pocl.Require()),
            new PacedClock(cpuMs: 50, deviceMs: 5)
        );
        var from = (1 << 20) / 6;
        Assert.Equal(from, accelerator.Verdict.EncodeFrom);
        Assert.Equal(from, accelerator.Verdict.RebuildFrom);
        Assert.Equal(8, accelerator.Verdict.Points.Count);
        Assert.Contains($"from shards of {from} bytes on", accelerator.Verdict.Summary, StringComparison.Ordinal);

        var (longer, shorter) = (Stripes.Random(6, from, random), Stripes.Random(6, from - 1, random));
        Assert.Equal(ErasureEngine.OpenCl, accelerator.Encode(longer));
        Assert.Equal(ErasureEngine.Cpu, accelerator.Encode(shorter));
        Assert.Equal(ErasureEngine.OpenCl, accelerator.Rebuild(code.PlanRebuild(3), longer));
        Assert.Equal(ErasureEngine.Cpu, accelerator.Rebuild(code.PlanRebuild(3), shorter));
        Assert.True(code.Verify(longer).IsConsistent);
        Assert.True(code.Verify(shorter).IsConsistent);
    }

    [Fact]
    public void A_tie_goes_to_the_processor()
    {
        var (even, clear) = (Point(cpu: 10, device: 10.9), Point(cpu: 10, device: 11.1));
        Assert.False(even.DeviceWins);
        Assert.True(clear.DeviceWins);
    }

    [Fact]
    public void The_device_is_used_from_the_shortest_length_above_which_it_always_won()
    {
        List<CalibrationPoint> points = [];
        // It wins again below 40 by chance: that is not asked any more.
        var from = Crossover.Find(
            [100, 80, 60, 40, 20],
            length => Point(cpu: 10, device: length is 40 ? 5 : 20),
            points
        );
        Assert.Equal(60, from);
        Assert.Equal(4, points.Count);
    }

    [Fact]
    public void A_device_that_loses_with_the_longest_shards_is_measured_once()
    {
        List<CalibrationPoint> points = [];
        Assert.Null(Crossover.Find([100, 80], _ => Point(cpu: 10, device: 1), points));
        Assert.Single(points);
    }

    [Fact]
    public void Bad_arguments_are_refused_whoever_works()
    {
        using var accelerator = new ErasureAccelerator(code, coder: null, AcceleratorVerdict.CpuOnly("", []));
        var shards = Stripes.Random(6, 100, random);
        Assert.Throws<ArgumentException>(() => accelerator.Encode(shards[1..]));
        Assert.Throws<ArgumentException>(() => accelerator.Rebuild(code.PlanRebuild(0), shards[1..]));
        Assert.Throws<OperationCanceledException>(() =>
            accelerator.Encode(shards, new CancellationToken(canceled: true))
        );
        accelerator.Dispose();
        Assert.Throws<ObjectDisposedException>(() => accelerator.Encode(shards));
    }

    private static OpenClSearch Only(OpenClDevice device) => new(OpenClAvailability.Available, [device], "");

    private static CalibrationPoint Point(double cpu, double device) => new("device", "encode", 1, cpu, device);

    /// <summary>Each measurement reads the clock twice, the processor's and the device's in turn. Timers are due at once.</summary>
    private sealed class PacedClock(int cpuMs, int deviceMs) : TimeProvider
    {
        private long now;
        private int readings;

        public override long TimestampFrequency => 1000;

        public override long GetTimestamp()
        {
            now += (readings++ % 4) switch
            {
                1 => cpuMs,
                3 => deviceMs,
                _ => 0,
            };
            return now;
        }

        public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
        {
            callback(state);
            return System.CreateTimer(_ => { }, null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        }
    }
}
