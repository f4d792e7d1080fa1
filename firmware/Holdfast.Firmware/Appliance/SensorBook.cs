using Holdfast.Hal;

namespace Holdfast.Firmware.Appliance;

/// <summary>
/// The latest reading of every sensor, for the faces: those that the board names, and those that devices describe themselves. Bounded
/// by the board and the drivers' own limits.
/// </summary>
/// <param name="named">What the board says of its sensors, in the order to show.</param>
internal sealed class SensorBook(IEnumerable<SensorView> named)
{
    /// <summary>The slowest poll is 10 s; three missed ones in a row are no accident.</summary>
    private static readonly TimeSpan FreshFor = TimeSpan.FromSeconds(30);

    private readonly Lock gate = new();
    private readonly OrderedDictionary<SensorId, SensorView> sensors = new(
        named.Select(sensor => new KeyValuePair<SensorId, SensorView>(sensor.Sensor, sensor))
    );

    /// <summary>Adds what a device says of its own sensors; those that the board names keep the board's words.</summary>
    public void Describe(IEnumerable<SensorDescription> descriptions, NodeId? node)
    {
        lock (gate)
        {
            foreach (var sensor in descriptions)
            {
                sensors.TryAdd(
                    sensor.Sensor,
                    new SensorView(
                        sensor.Sensor,
                        sensor.Label,
                        KindOf(sensor.Unit),
                        null,
                        node,
                        "",
                        Reading.Absent(sensor.Unit)
                    )
                );
            }
        }
    }

    public void Note(SensorReading reading)
    {
        lock (gate)
        {
            if (sensors.TryGetValue(reading.Sensor, out var sensor))
            {
                sensors[reading.Sensor] = sensor with { Reading = reading.Reading };
            }
        }
    }

    public IReadOnlyList<SensorView> AsOf(MonotonicTime now)
    {
        lock (gate)
        {
            return [.. sensors.Values.Select(s => s with { Reading = s.Reading.AsOf(now, FreshFor) })];
        }
    }

    public static SensorKind KindOf(Unit unit) =>
        unit switch
        {
            Unit.Celsius => SensorKind.Temperature,
            Unit.Rpm => SensorKind.FanSpeed,
            Unit.Volt => SensorKind.Voltage,
            Unit.Ampere => SensorKind.Current,
            Unit.Percent => SensorKind.Charge,
            _ => SensorKind.Power,
        };
}
