using System.Diagnostics;

namespace Holdfast.Benchmarks.Storage;

/// <summary>One row of the storage bench: the same work by ISA-L and by us.</summary>
/// <param name="Bytes">Source bytes that one call works on.</param>
/// <param name="Goal">What our speed over ISA-L's shall be at least; null: it is only shown.</param>
internal sealed record Comparison(string Name, long Bytes, Action IsaL, Action Ours, double? Goal)
{
    /// <summary>Interleaved, so that what disturbs the machine disturbs both; the medians of the rounds are compared.</summary>
    /// <param name="warmUp">The compiler makes its last tier in the background once no new code has been met for 100 ms.</param>
    /// <param name="slice">How long each side runs in a round.</param>
    public ComparedSpeed Measure(TimeSpan warmUp, TimeSpan slice, int rounds)
    {
        var theirs = new double[rounds];
        var ours = new double[rounds];
        WarmUp(warmUp);
        var theirCalls = CallsFor(IsaL, slice);
        var ourCalls = CallsFor(Ours, slice);
        for (var round = 0; round < rounds; round++)
        {
            theirs[round] = Time(IsaL, theirCalls) / theirCalls;
            ours[round] = Time(Ours, ourCalls) / ourCalls;
        }

        return new ComparedSpeed(this, Bytes / Median(theirs) / 1e9, Bytes / Median(ours) / 1e9);
    }

    /// <summary>Both sides in turn, so that caches, clock rates and the compiler's last tier are where they stay.</summary>
    private void WarmUp(TimeSpan span)
    {
        var start = Stopwatch.GetTimestamp();
        do
        {
            IsaL();
            Ours();
        } while (Stopwatch.GetElapsedTime(start) < span);
    }

    /// <summary>How many calls fill the slice.</summary>
    private static long CallsFor(Action work, TimeSpan slice)
    {
        for (long calls = 1; ; calls *= 2)
        {
            var seconds = Time(work, calls);
            if (seconds >= slice.TotalSeconds / 4)
            {
                return Math.Max(1, (long)(calls * slice.TotalSeconds / seconds));
            }
        }
    }

    private static double Time(Action work, long calls)
    {
        var start = Stopwatch.GetTimestamp();
        for (long i = 0; i < calls; i++)
        {
            work();
        }

        return Stopwatch.GetElapsedTime(start).TotalSeconds;
    }

    private static double Median(double[] values) => values.Order().ElementAt(values.Length / 2);
}

/// <param name="IsaL">GB/s of source bytes.</param>
/// <param name="Ours">GB/s of source bytes.</param>
internal sealed record ComparedSpeed(Comparison Row, double IsaL, double Ours)
{
    public double Ratio => Ours / IsaL;

    public bool Holds => Row.Goal is not { } goal || Ratio >= goal;
}
