using System.Collections.Immutable;
using Holdfast.Hal;

namespace Holdfast.Rack;

/// <summary>What the rack is made of and what it may do: the board file's content as the controller needs it.</summary>
public sealed record RackPlan(
    RackId Rack,
    PowerPlan Power,
    ImmutableArray<ZonePlan> Zones,
    ImmutableArray<NodePlan> Nodes
);

/// <summary>The rack's electrical limits.</summary>
/// <param name="Budget">The most that the rack may draw at any time; a node that is not known to be off counts in full.</param>
/// <param name="Inrush">The most that starting nodes may add together while they start.</param>
/// <param name="ShedBelow">On battery: below this charge nodes are stopped one after the other, highest stop order first.</param>
/// <param name="RestoreAbove">Grid back and battery above this charge: stopped nodes come back.</param>
public sealed record PowerPlan(Limit<Watts> Budget, Limit<Watts> Inrush, Percent ShedBelow, Percent RestoreAbove)
{
    /// <summary>There is a UPS: after a restart nodes wait a moment for its first word.</summary>
    public bool HasUps { get; init; } = true;
}

/// <summary>A volume of air with its own sensors and fans.</summary>
/// <param name="Temperatures">Its temperature sensors; the hottest good one rules.</param>
/// <param name="Fans">The fans that cool it, driven together.</param>
/// <param name="Inputs">Its safety inputs.</param>
/// <param name="Pumps">Relays of pumps that must stop when a leak is found.</param>
public sealed record ZonePlan(
    ZoneId Zone,
    ImmutableArray<SensorId> Temperatures,
    ImmutableArray<SensorId> Fans,
    ImmutableArray<SafetyInputPlan> Inputs,
    ImmutableArray<SensorId> Pumps,
    ThermalPlan Thermal
);

public sealed record SafetyInputPlan(SensorId Input, SafetyKind Kind);

/// <summary>How a zone is cooled. Target &lt; Full &lt; Critical, Resume &lt; Full.</summary>
/// <param name="Target">The temperature that the loop holds.</param>
/// <param name="Full">From here on the fans run full.</param>
/// <param name="Critical">From here on the zone's nodes are stopped, one stage after the other.</param>
/// <param name="Resume">Below this the zone's stopped nodes may start again.</param>
/// <param name="MinDuty">The least duty that keeps the fans turning.</param>
/// <param name="FailsafeDuty">The duty while no good temperature is known, and at start and stop.</param>
/// <param name="FreshFor">A reading older than this is stale.</param>
public sealed record ThermalPlan(
    Celsius Target,
    Celsius Full,
    Celsius Critical,
    Celsius Resume,
    Percent MinDuty,
    Percent FailsafeDuty,
    TimeSpan FreshFor
);

/// <summary>What a node should do when the controller first meets it; afterwards the persisted goal counts.</summary>
public enum StartPolicy
{
    /// <summary>Leave it as it is found.</summary>
    AsFound,
    On,
    Off,
}

/// <summary>One node and what may be asked of it.</summary>
/// <param name="RackUnit">Its lowest rack unit, 1 at the bottom.</param>
/// <param name="Height">Rack units it fills.</param>
/// <param name="Standby">What it draws when off: its BMC and its network card.</param>
/// <param name="PowerMax">The most it draws when on.</param>
/// <param name="Inrush">What it draws beyond that while it starts.</param>
/// <param name="InrushFor">For how long after power-on the inrush lasts.</param>
/// <param name="BootWithin">From power-on until it is seen on the network; later is a fault.</param>
/// <param name="StopWithin">From a soft stop until it is off; later it is forced where that is allowed.</param>
/// <param name="StopOrder">Higher stops first.</param>
/// <param name="CanWake">It answers magic packets.</param>
/// <param name="HasPresence">It can be seen on the network; without, power on counts as up.</param>
public sealed record NodePlan(
    NodeId Node,
    ZoneId Zone,
    int RackUnit,
    int Height,
    Watts Standby,
    Watts PowerMax,
    Watts Inrush,
    TimeSpan InrushFor,
    TimeSpan BootWithin,
    TimeSpan StopWithin,
    int StopOrder,
    bool CanWake,
    bool HasPresence,
    StartPolicy Start
);
