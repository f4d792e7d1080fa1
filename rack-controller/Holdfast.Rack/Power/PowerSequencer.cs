namespace Holdfast.Rack.Power;

/// <summary>
/// Grants starts under the breaker's limits. Every node that is not known to be off counts in full, with its inrush while it starts; one
/// that is off counts with its standby. A start is granted only if budget and inrush limit hold with it. First come nodes that
/// are being cycled, which keep their place meanwhile, then those that would be stopped last, then by name; none overtakes, so none starves.
/// </summary>
internal sealed class PowerSequencer(PowerPlan plan, IReadOnlyList<NodeSupervisor> nodes)
{
    private readonly NodeSupervisor[] inStartOrder =
    [
        .. nodes.OrderBy(node => node.Plan.StopOrder).ThenBy(node => node.Plan.Node.Text, StringComparer.Ordinal),
    ];

    /// <summary>What is counted against the budget now.</summary>
    public Watts Reserved(MonotonicTime now)
    {
        var sum = Watts.Zero;
        foreach (var node in inStartOrder)
        {
            sum += Need(node, now);
        }

        return sum;
    }

    /// <summary>Why a node could not even start after those that wait already; empty: it can, if need be in its turn.</summary>
    public string Refusal(NodeSupervisor candidate, MonotonicTime now)
    {
        if (candidate.Draws(now))
        {
            return "";
        }

        var needed = candidate.Plan.PowerMax + candidate.Plan.Inrush;
        foreach (var node in inStartOrder.Where(node => node != candidate))
        {
            needed += node.Draws(now) || node.WantsStart ? node.Plan.PowerMax : node.Plan.Standby;
        }

        return plan.Budget.Allows(needed) ? "" : plan.Budget.Refusal(needed);
    }

    /// <summary>The next node that may start now; null: none. Call again after it was started.</summary>
    public NodeSupervisor? Grant(MonotonicTime now) =>
        Next is { } next && Obstacle(next, now).Length == 0 ? next : null;

    /// <summary>
    /// What a node waits for that wants to start and has no grant. It names limits and needs, which stand in the plan, and not what is
    /// reserved just now: who waits for an hour says the same for an hour.
    /// </summary>
    public string Waits(NodeSupervisor node, MonotonicTime now) =>
        Next is { } next && next != node ? $"it is {next.Plan.Node}'s turn to start" : Obstacle(node, now);

    private NodeSupervisor? Next =>
        Array.Find(inStartOrder, node => node.KeepsPlace) ?? Array.Find(inStartOrder, node => node.WantsStart);

    /// <summary>The limit that a start would pass now; empty: none.</summary>
    private string Obstacle(NodeSupervisor node, MonotonicTime now)
    {
        // An order that nobody saw fulfilled counts already when its node asks again.
        var inrush = node.Plan.Inrush;
        var reserved = node.Plan.PowerMax + node.Plan.Inrush;
        foreach (var other in inStartOrder.Where(other => other != node))
        {
            inrush += other.IsStarting(now) ? other.Plan.Inrush : Watts.Zero;
            reserved += Need(other, now);
        }

        if (!plan.Inrush.Allows(inrush))
        {
            return $"it adds {node.Plan.Inrush} while it starts, more than is left of the {Words(plan.Inrush)}";
        }

        var more = node.Plan.PowerMax + node.Plan.Inrush - node.Plan.Standby;
        return plan.Budget.Allows(reserved)
            ? ""
            : $"it needs {more} more to start than is left of the {Words(plan.Budget)}";
    }

    private static string Words(Limit<Watts> limit) => $"{limit.Name} of {limit.Max} ({limit.Reason})";

    private static Watts Need(NodeSupervisor node, MonotonicTime now) =>
        node.IsStarting(now) || node.KeepsPlace ? node.Plan.PowerMax + node.Plan.Inrush
        : node.Draws(now) ? node.Plan.PowerMax
        : node.Plan.Standby;
}
