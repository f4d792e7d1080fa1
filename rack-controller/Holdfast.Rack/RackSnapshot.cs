using System.Collections.Immutable;
using Holdfast.Hal;

namespace Holdfast.Rack;

/// <summary>What a node is observed to be doing.</summary>
public enum NodeState
{
    /// <summary>Its power cannot be observed. Never treated as off.</summary>
    Unknown,
    Off,

    /// <summary>Told to start, or powered and not yet seen on the network.</summary>
    Waking,
    On,

    /// <summary>Told to stop and still powered.</summary>
    Stopping,

    /// <summary>It did not do what it was told; a person must look.</summary>
    Fault,

    /// <summary>In a technician's hands.</summary>
    Maintenance,
}

/// <summary>What the controller knows and wants, at one moment; immutable, for the page, the API and the telemetry.</summary>
public sealed record RackSnapshot(
    RackId Rack,
    MonotonicTime At,
    PowerSnapshot Power,
    ImmutableArray<ZoneSnapshot> Zones,
    ImmutableArray<NodeSnapshot> Nodes,
    ImmutableArray<Alarm> Alarms
);

/// <param name="Reserved">What the controller counts against the budget now.</param>
/// <param name="OnBattery">Whether the battery carries the rack; null while unknown.</param>
public sealed record PowerSnapshot(Watts Budget, Watts Reserved, UpsObservation? Ups, bool? OnBattery, bool Shedding);

/// <param name="Temperature">The ruling temperature; not good while the zone is in failsafe.</param>
/// <param name="Duty">The duty that the fans were last told.</param>
public sealed record ZoneSnapshot(
    ZoneId Zone,
    Reading Temperature,
    Percent Duty,
    FanMode FanMode,
    bool Failsafe,
    bool Overheated,
    ImmutableArray<SafetyObservation> Safety
);

/// <param name="Wanted">Whether the controller wants it on; null: left as it is.</param>
/// <param name="Since">When it entered the state.</param>
/// <param name="Reason">In words why it is in that state, where that is not plain; else empty.</param>
/// <param name="Facts">What was discovered about it; null: nothing yet.</param>
public sealed record NodeSnapshot(
    NodeId Node,
    ZoneId Zone,
    NodeState State,
    bool? Wanted,
    MonotonicTime Since,
    string Reason,
    NodeFacts? Facts
);

/// <summary>Something that is wrong now. It stands until its cause is gone.</summary>
public sealed record Alarm(string Subject, string Code, Severity Severity, DateTimeOffset Since, string Text);
