using Holdfast.Rack;

namespace Holdfast.Firmware.Appliance;

/// <summary>One consistent picture of the rack for people and programs outside; immutable.</summary>
/// <param name="Version">Grows with every change.</param>
/// <param name="WallTime">When the snapshot was taken.</param>
internal sealed record RackView(
    long Version,
    DateTimeOffset WallTime,
    RackSnapshot Snapshot,
    IReadOnlyList<SensorView> Sensors,
    GatewayView Gateway
);

internal enum SensorKind
{
    Temperature,
    FanSpeed,
    Power,
    Voltage,
    Current,
    Charge,
}

/// <summary>A sensor and its latest reading, already aged: what is too old is marked stale.</summary>
/// <param name="Label">What it is called by people: "Inlet, zone A".</param>
/// <param name="Zone">The zone it belongs to; null: the whole rack.</param>
/// <param name="Node">The node it belongs to; null: none.</param>
/// <param name="Role">For meters what they measure: "grid", "solar", "battery", "load"; else empty.</param>
internal sealed record SensorView(
    SensorId Sensor,
    string Label,
    SensorKind Kind,
    ZoneId? Zone,
    NodeId? Node,
    string Role,
    Reading Reading
);

/// <param name="Broker">Where telemetry goes: "127.0.0.1:1883 (embedded)".</param>
/// <param name="Waiting">Messages not yet taken by the broker.</param>
/// <param name="Problem">In words why messages cannot be kept for it; null: they can.</param>
internal sealed record GatewayView(bool Connected, string Broker, long Waiting, string? Problem = null);
