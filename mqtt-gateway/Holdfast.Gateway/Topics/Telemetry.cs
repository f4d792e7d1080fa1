namespace Holdfast.Gateway.Topics;

/// <summary>Something about the rack that has a present value: a reading, or a state in words.</summary>
/// <param name="Device">The name of a node, zone, sensor, or "power", "controller".</param>
/// <param name="Measurement">What is told of it: "temperature", "state".</param>
/// <param name="Reading">The reading; null: it is a state.</param>
/// <param name="State">The state: "on", "unknown".</param>
/// <param name="Reason">In words why; empty: that is plain.</param>
public sealed record Telemetry(string Device, string Measurement, Reading? Reading, string State, string Reason)
{
    /// <summary>A reading; one that is good and no number is a fault.</summary>
    public static Telemetry Of(string device, string measurement, Reading reading) =>
        new(
            device,
            measurement,
            reading.IsGood && !double.IsFinite(reading.Value) ? reading with { Quality = Quality.Fault } : reading,
            "",
            ""
        );

    public static Telemetry Of(string device, string measurement, string state, string reason = "") =>
        new(device, measurement, null, state, reason);
}
