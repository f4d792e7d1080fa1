using Holdfast.Hal;
using Holdfast.Rack.Events;

namespace Holdfast.Rack.Power;

/// <summary>What is told of one node: its state in a word, why in a sentence, and an event whenever it changes.</summary>
internal sealed class NodeReport(NodeMemory memory)
{
    private bool told;

    public NodeState State { get; private set; } = memory.Maintenance ? NodeState.Maintenance : NodeState.Unknown;

    /// <summary>When it entered the state.</summary>
    public MonotonicTime Since { get; private set; }

    public string Reason { get; private set; } = "";

    public void Update(NodeSupervisor node, MonotonicTime now, EventLog log)
    {
        var name = node.Plan.Node;
        var (state, reason) = Describe(node);
        if (state != State || Since == default)
        {
            State = state;
            Since = now;
            told = state == NodeState.Fault;
        }

        // At the start nothing is known yet of any node: that is no news.
        if (!told && !(state == NodeState.Unknown && node.Machine.IsAwaited))
        {
            told = true;
            log.Say(
                state == NodeState.Unknown ? Severity.Warning : Severity.Info,
                name.Text,
                $"node-{state.ToString().ToLowerInvariant()}",
                $"{name} {Words(state)}{(reason.Length > 0 ? $": {reason}" : "")}."
            );
        }

        Reason = reason;
        // It stands while the node cannot be observed: only what is seen ends a fault.
        log.Alarm(
            node.Fault.Length > 0 && !node.Memory.Maintenance,
            Severity.Error,
            name.Text,
            "node-fault",
            $"{name}: {node.Fault}.",
            $"{name} is no longer in fault."
        );
    }

    private static (NodeState State, string Reason) Describe(NodeSupervisor node)
    {
        if (node.Memory.Maintenance)
        {
            return (NodeState.Maintenance, "in a technician's hands; release it to put it back under control");
        }

        if (node.Machine.Power == PowerState.Unknown)
        {
            return (NodeState.Unknown, node.Machine.WhyUnknown);
        }

        if (node.Fault.Length > 0)
        {
            return (NodeState.Fault, node.Fault);
        }

        if (node.Machine.Power == PowerState.Off)
        {
            return node.Order == OrderKind.Start
                ? (NodeState.Waking, "told to start")
                : (NodeState.Off, node.ShouldRun ? Waiting(node.StartRefusal) : node.Held);
        }

        if (node.Order is OrderKind.SoftStop or OrderKind.HardStop)
        {
            return (NodeState.Stopping, node.Held);
        }

        return node.Machine.IsUp ? (NodeState.On, "") : (NodeState.Waking, "powered, not yet seen on the network");
    }

    private static string Waiting(string reason) => reason.Length > 0 ? $"waits: {reason}" : "";

    private static string Words(NodeState state) =>
        state switch
        {
            NodeState.Unknown => "cannot be observed",
            NodeState.Off => "is off",
            NodeState.Waking => "is starting",
            NodeState.On => "is on",
            NodeState.Stopping => "is stopping",
            NodeState.Maintenance => "is in maintenance",
            _ => throw new ArgumentOutOfRangeException(nameof(state), state, "a fault is an alarm"),
        };
}
