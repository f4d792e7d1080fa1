namespace Holdfast.Firmware.Appliance;

/// <summary>The latest reading of every sensor that the board names, for the faces.</summary>
internal sealed class SensorBook
{
    /// <summary>The slowest poll is 10 s; three missed ones in a row are no accident.</summary>
    private static readonly TimeSpan FreshFor = TimeSpan.FromSeconds(30);

    private readonly Lock gate = new();
    private readonly SensorView[] sensors;
    private readonly Dictionary<SensorId, int> places;

    /// <param name="sensors">Every sensor with what is fixed about it, in the order to show; readings are overwritten.</param>
    public SensorBook(IEnumerable<SensorView> sensors)
    {
        this.sensors = [.. sensors];
        places = this.sensors.Index().ToDictionary(s => s.Item.Sensor, s => s.Index);
    }

    public void Note(SensorReading reading)
    {
        lock (gate)
        {
            if (places.TryGetValue(reading.Sensor, out var place))
            {
                sensors[place] = sensors[place] with { Reading = reading.Reading };
            }
        }
    }

    public IReadOnlyList<SensorView> AsOf(MonotonicTime now)
    {
        lock (gate)
        {
            return [.. sensors.Select(s => s with { Reading = s.Reading.AsOf(now, FreshFor) })];
        }
    }
}
