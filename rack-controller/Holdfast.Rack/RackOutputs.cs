using Holdfast.Hal;

namespace Holdfast.Rack;

/// <summary>What the shell has to do after a step, in this order: record the events, then carry out the actions, then answer.</summary>
public sealed record RackOutputs(
    IReadOnlyList<RackEvent> Events,
    IReadOnlyList<RackAction> Actions,
    IReadOnlyList<CommandOutcome> Outcomes
);

/// <summary>Something to do to a device. The controller never assumes that it worked: it waits to observe it.</summary>
/// <param name="Id">Unique in this process; comes back in the <see cref="ActionResult"/>.</param>
public abstract record RackAction(long Id);

public sealed record SwitchNode(long Id, NodeId Node, PowerAction Action, TimeSpan Deadline) : RackAction(Id);

public sealed record WakeNode(long Id, NodeId Node, TimeSpan Deadline) : RackAction(Id);

/// <summary>Ends the order under way at a node: what the device has not taken yet is not to be carried out any more.</summary>
public sealed record RecallNode(long Id, NodeId Node) : RackAction(Id);

public sealed record SetFanDuty(long Id, SensorId Fan, Percent Duty) : RackAction(Id);

public sealed record SetRelay(long Id, SensorId Relay, bool On) : RackAction(Id);

/// <summary>Whether the device took an action, and in words why not.</summary>
public readonly record struct ActionResult(long ActionId, bool Done, string Detail);
