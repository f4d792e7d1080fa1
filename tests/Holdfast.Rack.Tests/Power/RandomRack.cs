using Holdfast.Hal;

namespace Holdfast.Rack.Tests.Power;

/// <summary>
/// Random nodes behind random devices, from one seed: orders take effect late or never, power is now and then unknown, people ask for
/// anything. It knows what the nodes really draw.
/// </summary>
internal sealed class RandomRack
{
    private readonly SeededRandom random;
    private readonly RackPlan plan;
    private readonly RackRig rig;
    private readonly Dictionary<NodeId, Real> real = [];

    public RandomRack(ulong seed)
    {
        random = new SeededRandom(seed);
        NodePlan[] nodes = [.. Enumerable.Range(1, 1 + random.Next(6)).Select(Draw)];
        plan = Plans.Rack(Plans.Power(random.Between(150, 900), random.Between(80, 200)), [.. nodes]);
        rig = new RackRig(plan);
        foreach (var node in nodes)
        {
            real[node.Node] = new Real();
        }
    }

    /// <summary>What was passed, and when; null: nothing ever.</summary>
    public string? Run(int seconds)
    {
        for (var second = 0; second < seconds; second++)
        {
            foreach (var node in plan.Nodes)
            {
                Live(node);
            }

            foreach (var order in rig.Step(1, Someone()).Actions)
            {
                Take(order);
            }

            if (Passed() is { } passed)
            {
                return $"{passed} at second {second}";
            }
        }

        return null;
    }

    private NodePlan Draw(int number) =>
        Plans.Node($"n{number}", random.Next(3)) with
        {
            PowerMax = new Watts(random.Between(20, 200)),
            Inrush = new Watts(random.Between(0, 80)),
            InrushFor = TimeSpan.FromSeconds(random.Between(1, 20)),
            Start = random.Chance(0.7) ? StartPolicy.On : StartPolicy.AsFound,
        };

    private void Live(NodePlan node)
    {
        var it = real[node.Node];
        if (it.Order is { } order && rig.Now >= it.OrderAt)
        {
            it.Order = null;
            it.StartedAt = order && !it.On ? rig.Now : it.StartedAt;
            it.On = order;
        }

        it.On &= !random.Chance(0.002);
        it.Silent = it.Silent ? random.Chance(0.97) : random.Chance(0.03);
        it.Mute = it.Silent && (it.Mute || random.Chance(0.1));
        if (it.Mute)
        {
            rig.Lose(node.Node.Text);
            return;
        }

        rig.See(
            node.Node.Text,
            it.Silent ? PowerState.Unknown
                : it.On ? PowerState.On
                : PowerState.Off,
            it.On && rig.Now - it.StartedAt > TimeSpan.FromSeconds(30) ? Presence.Present : Presence.Absent
        );
    }

    private OperatorCommand[] Someone()
    {
        NodeVerb[] verbs =
        [
            NodeVerb.On,
            NodeVerb.On,
            NodeVerb.Wake,
            NodeVerb.Off,
            NodeVerb.Cycle,
            NodeVerb.Maintain,
            NodeVerb.Release,
        ];
        return random.Chance(0.05)
            ? [rig.Ask(verbs[random.Next(verbs.Length)], plan.Nodes[random.Next(plan.Nodes.Length)].Node.Text)]
            : [];
    }

    /// <summary>A device takes an order at any time before its deadline, or never.</summary>
    private void Take(RackAction action)
    {
        if (action is RecallNode recall)
        {
            real[recall.Node].Order = null;
        }

        var (node, on, deadline) = action switch
        {
            SwitchNode order => (order.Node, order.Action == PowerAction.On, order.Deadline),
            WakeNode order => (order.Node, true, order.Deadline),
            _ => (default, false, TimeSpan.Zero),
        };
        if (deadline > TimeSpan.Zero && random.Chance(0.8))
        {
            real[node].Order = on;
            real[node].OrderAt = rig.Now + (random.Chance(0.5) ? TimeSpan.Zero : random.NextDouble() * deadline);
        }
    }

    private string? Passed()
    {
        var (draw, inrush) = (Watts.Zero, Watts.Zero);
        foreach (var node in plan.Nodes)
        {
            var it = real[node.Node];
            draw += it.On ? node.PowerMax : node.Standby;
            inrush += it.On && rig.Now - it.StartedAt < node.InrushFor ? node.Inrush : Watts.Zero;
        }

        return !plan.Power.Budget.Allows(draw + inrush) ? $"the budget by a draw of {draw + inrush}"
            : !plan.Power.Inrush.Allows(inrush) ? $"the inrush limit by {inrush}"
            : null;
    }

    private sealed class Real
    {
        public bool On { get; set; }

        /// <summary>Its BMC says that it does not know.</summary>
        public bool Silent { get; set; }

        /// <summary>Not even that is heard.</summary>
        public bool Mute { get; set; }

        public MonotonicTime StartedAt { get; set; } = MonotonicTime.Never;

        public bool? Order { get; set; }

        public MonotonicTime OrderAt { get; set; }
    }
}
