namespace Holdfast.Rack.Power;

/// <summary>
/// Grants starts under the breaker's limits. Every node that is not known to be off counts in full, with its inrush while it starts; one
/// that is off counts with its standby. A start is granted only if budget and inrush limit hold with it. First come the nodes
/// that would be stopped last, then by name; none overtakes, so none starves.
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
    public NodeSupervisor? Grant(MonotonicTime now)
    {
        var next = Array.Find(inStartOrder, node => node.WantsStart);
        if (next is null)
        {
            return null;
        }

        var inrush = next.Plan.Inrush;
        foreach (var node in inStartOrder)
        {
            inrush += node.IsStarting(now) ? node.Plan.Inrush : Watts.Zero;
        }

        var reserved = Reserved(now) - next.Plan.Standby + next.Plan.PowerMax + next.Plan.Inrush;
        return plan.Budget.Allows(reserved) && plan.Inrush.Allows(inrush) ? next : null;
    }

    private static Watts Need(NodeSupervisor node, MonotonicTime now) =>
        node.IsStarting(now) ? node.Plan.PowerMax + node.Plan.Inrush
        : node.Draws(now) ? node.Plan.PowerMax
        : node.Plan.Standby;
}
