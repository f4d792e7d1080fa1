namespace Holdfast.Hil;

/// <summary>Which faults are active now. Faults of one kind on one target may overlap: the last one to end ends it.</summary>
internal sealed class FaultTimeline(ContainerPlan plan)
{
    /// <summary>More would only slow the simulation down; a year of several faults an hour fits.</summary>
    public const int OrderedMax = 100_000;

    private readonly FaultTargets targets = new(plan);
    private readonly PriorityQueue<Change, TimeSpan> changes = new();
    private readonly int[][] active =
    [
        .. Enum.GetValues<FaultKind>()
            .Select(_ => new int[Math.Max(plan.Nodes.Length, plan.Inputs.Length) + SensorCount(plan) + 1]),
    ];

    private TimeSpan reached;

    public bool IsActive(FaultKind kind, int target) => active[(int)kind][target] > 0;

    /// <exception cref="ArgumentException">The target is not part of the container, the times make no sense, or too many
    /// faults are waiting.</exception>
    public void Order(Fault fault)
    {
        if (!targets.TryFind(fault.Kind, fault.Target, out var target))
        {
            throw new ArgumentException($"the container has no '{fault.Target}' that could suffer {fault.Kind}");
        }

        if (fault.For <= TimeSpan.Zero || fault.At < TimeSpan.Zero)
        {
            throw new ArgumentException("a fault starts at zero or later and lasts longer than zero");
        }

        if (changes.Count >= OrderedMax)
        {
            throw new ArgumentException($"no more than {OrderedMax} faults can be ordered at once");
        }

        var start = fault.At > reached ? fault.At : reached;
        changes.Enqueue(new Change(fault.Kind, target, fault.For, Starts: true), start);
    }

    /// <summary>The next fault that begins or ends not after <paramref name="now"/>; call until it gives none.</summary>
    public bool TryAdvance(TimeSpan now, out Change change)
    {
        reached = now;
        if (!changes.TryPeek(out change, out var due) || due > now)
        {
            return false;
        }

        changes.Dequeue();
        active[(int)change.Kind][change.Target] += change.Starts ? 1 : -1;
        if (change.Starts && change.Lasts < TimeSpan.MaxValue - due)
        {
            changes.Enqueue(change with { Starts = false }, due + change.Lasts);
        }

        return true;
    }

    private static int SensorCount(ContainerPlan plan) =>
        plan.Temperatures.Length + plan.Fans.Length + plan.Meters.Length;

    public readonly record struct Change(FaultKind Kind, int Target, TimeSpan Lasts, bool Starts);
}
