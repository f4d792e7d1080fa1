namespace Holdfast.Rack.Power;

/// <summary>
/// Grants starts under the breaker's limits. Every node that is not known to be off counts in full, with its inrush while it starts;
/// a start is granted only if budget and inrush limit hold with it. First the nodes that would be stopped last, then by name.
/// </summary>
internal sealed class PowerSequencer(PowerPlan plan)
{
    public static Watts Reserved(IEnumerable<NodeSupervisor> nodes, MonotonicTime now) =>
        nodes
            .Where(node => node.Draws(now))
            .Aggregate(Watts.Zero, (sum, node) => sum + Need(node, node.IsStarting(now)));

    /// <summary>Why the node could not even start with all others as they are; empty: it can, if need be in its turn.</summary>
    public string Refusal(IReadOnlyCollection<NodeSupervisor> nodes, NodeSupervisor candidate, MonotonicTime now)
    {
        if (candidate.Draws(now))
        {
            return "";
        }

        var promised = nodes
            .Where(n => n != candidate && n.WantsStart)
            .Aggregate(Watts.Zero, (sum, n) => sum + n.Plan.PowerMax);
        var settled = nodes.Where(n => n.Draws(now)).Aggregate(Watts.Zero, (sum, n) => sum + n.Plan.PowerMax);
        var needed = settled + promised + Need(candidate, starting: true);
        return plan.Budget.Allows(needed) ? "" : plan.Budget.Refusal(needed);
    }

    /// <summary>The nodes that may start now, in order.</summary>
    public IEnumerable<NodeSupervisor> Grant(IReadOnlyCollection<NodeSupervisor> nodes, MonotonicTime now)
    {
        var reserved = Reserved(nodes, now);
        var inrush = nodes
            .Where(node => node.IsStarting(now))
            .Aggregate(Watts.Zero, (sum, node) => sum + node.Plan.Inrush);
        var waiting = nodes
            .Where(node => node.WantsStart)
            .OrderBy(node => node.Plan.StopOrder)
            .ThenBy(node => node.Plan.Node.Text, StringComparer.Ordinal)
            .ToArray();
        foreach (var node in waiting)
        {
            var withIt = reserved + Need(node, starting: true);
            if (!plan.Budget.Allows(withIt) || !plan.Inrush.Allows(inrush + node.Plan.Inrush))
            {
                // The next one may be smaller, but overtaking would starve this one.
                yield break;
            }

            reserved = withIt;
            inrush += node.Plan.Inrush;
            yield return node;
        }
    }

    private static Watts Need(NodeSupervisor node, bool starting) =>
        starting ? node.Plan.PowerMax + node.Plan.Inrush : node.Plan.PowerMax;
}
