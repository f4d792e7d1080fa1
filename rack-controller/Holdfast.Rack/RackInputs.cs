using Holdfast.Hal;

namespace Holdfast.Rack;

/// <summary>
/// What the shell saw since the last step; only what is new. What is missing was not observed again: the controller keeps
/// the last observation and lets it age.
/// </summary>
public sealed record RackInputs(MonotonicTime Now, DateTimeOffset WallTime)
{
    public IReadOnlyList<NodeObservation> Nodes { get; init; } = [];

    /// <summary>Temperatures, fan speeds, meters, in any order.</summary>
    public IReadOnlyList<SensorReading> Readings { get; init; } = [];

    public IReadOnlyList<SafetyObservation> Safety { get; init; } = [];

    public UpsObservation? Ups { get; init; }

    /// <summary>What BMCs said about themselves.</summary>
    public IReadOnlyList<KeyValuePair<NodeId, NodeFacts>> Facts { get; init; } = [];

    public IReadOnlyList<OperatorCommand> Commands { get; init; } = [];

    /// <summary>What the faces have to say for the record: commands that they did not let through.</summary>
    public IReadOnlyList<RackNote> Notes { get; init; } = [];

    /// <summary>What became of the actions of earlier steps.</summary>
    public IReadOnlyList<ActionResult> Results { get; init; } = [];
}

/// <summary>What was seen of a node: its power, and whether its operating system answers.</summary>
public readonly record struct NodeObservation(NodeId Node, PowerObservation Power, Presence Presence);

/// <summary>Something that happened at the rack's edge and becomes one of its events.</summary>
public sealed record RackNote(Severity Severity, string Subject, string Code, string Text);
