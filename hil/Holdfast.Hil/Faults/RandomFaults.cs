using System.Collections.Immutable;

namespace Holdfast.Hil;

/// <summary>Draws the faults of a simulated day from a seed.</summary>
public static class RandomFaults
{
    /// <summary>Everything that devices do wrong; without smoke, leaks, open doors and the grid, which are events of the site.</summary>
    public static ImmutableArray<FaultKind> DeviceFaults { get; } =
    [
        FaultKind.BmcSilent,
        FaultKind.BmcSlow,
        FaultKind.SensorStuck,
        FaultKind.SensorStale,
        FaultKind.SensorAbsent,
        FaultKind.SensorGarbage,
        FaultKind.FanDead,
        FaultKind.NodeNoBoot,
        FaultKind.NodeIgnoresSoftOff,
        FaultKind.NodeHangs,
        FaultKind.PresenceLost,
    ];

    public static ImmutableArray<FaultKind> AllFaults { get; } = [.. Enum.GetValues<FaultKind>()];

    /// <summary>Faults of random kind, target, time and length (half a minute to half an hour), in the order of their start.</summary>
    /// <param name="count">How many; kinds that the container has no target for are left out.</param>
    /// <param name="within">They begin within this time from the start; more than zero.</param>
    /// <param name="kinds">Which kinds are drawn, each as often as the others.</param>
    public static ImmutableArray<Fault> Draw(
        ContainerPlan plan,
        ulong seed,
        int count,
        TimeSpan within,
        ImmutableArray<FaultKind> kinds
    )
    {
        ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(within, TimeSpan.Zero);
        var targets = new FaultTargets(plan);
        FaultKind[] possible = [.. kinds.Where(k => targets.Of(k).Count > 0)];
        if (possible.Length == 0)
        {
            return [];
        }

        var random = new SeededRandom(seed);
        var drawn = Enumerable.Range(0, count).Select(_ => One(random, targets, possible, within));
        return [.. drawn.OrderBy(fault => fault.At)];
    }

    private static Fault One(SeededRandom random, FaultTargets targets, FaultKind[] kinds, TimeSpan within)
    {
        var kind = kinds[random.Next(kinds.Length)];
        var target = targets.Of(kind).ElementAt(random.Next(targets.Of(kind).Count));
        var at = TimeSpan.FromSeconds(Math.Floor(random.Between(0, within.TotalSeconds)));

        // Short ones are as frequent as long ones on a logarithmic scale, as outages are.
        var length = TimeSpan.FromSeconds(Math.Round(30 * Math.Pow(60, random.NextDouble())));
        return new Fault(kind, target, at, length);
    }
}
