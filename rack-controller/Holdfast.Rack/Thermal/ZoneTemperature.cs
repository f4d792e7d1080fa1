namespace Holdfast.Rack.Thermal;

/// <summary>What a zone's temperature sensors say together: the hottest good one rules, and whether all can be trusted.</summary>
internal sealed class ZoneTemperature(ZonePlan plan)
{
    /// <summary>Sensors of one zone that differ by more than this cannot both be right.</summary>
    private static readonly Celsius SpreadMax = new(12);

    private readonly Dictionary<SensorId, Reading> readings = plan.Temperatures.ToDictionary(
        s => s,
        _ => Reading.Absent(Unit.Celsius)
    );

    private readonly HashSet<SensorId> read = [];
    private MonotonicTime? begunAt;

    /// <summary>The hottest good reading; else the hottest of the others, with its quality.</summary>
    public Reading Ruling { get; private set; } = Reading.Absent(Unit.Celsius);

    /// <summary>All sensors are good and agree.</summary>
    public bool Trusted { get; private set; }

    /// <summary>What is missing was not read yet since the start, and there was hardly time to.</summary>
    public bool IsAwaited { get; private set; } = true;

    /// <summary>In words what is wrong; empty: nothing.</summary>
    public string Problem { get; private set; } = "";

    public void Observe(in SensorReading reading)
    {
        if (readings.ContainsKey(reading.Sensor))
        {
            var said = reading.Reading;
            var senseless = said.IsGood && !said.TryGet<CelsiusUnit>(out _);
            read.Add(reading.Sensor);
            readings[reading.Sensor] = senseless ? Reading.Fault(Unit.Celsius, said.At) : said;
        }
    }

    public void Update(MonotonicTime now)
    {
        begunAt ??= now;
        var aged = readings.Select(r => (Sensor: r.Key, Reading: r.Value.AsOf(now, plan.Thermal.FreshFor))).ToArray();
        var good = aged.Where(r => r.Reading.TryGet<CelsiusUnit>(out _)).ToArray();
        var bad = aged.Where(r => !r.Reading.IsGood).ToArray();
        Ruling = (good.Length > 0 ? good : aged)
            .Select(r => r.Reading)
            .DefaultIfEmpty(Reading.Absent(Unit.Celsius))
            .MaxBy(r => r.Value);
        var spread = good.Length > 1 ? good.Max(r => r.Reading.Value) - good.Min(r => r.Reading.Value) : 0;
        Problem =
            bad.Length > 0
                ? $"sensor {string.Join(", ", bad.Select(b => $"{b.Sensor} ({Word(b.Reading.Quality)})"))} gives no good reading"
            : spread > SpreadMax.Value ? $"its sensors differ by more than {SpreadMax}"
            : "";
        IsAwaited = bad.Length > 0 && bad.All(b => !read.Contains(b.Sensor)) && now - begunAt <= plan.Thermal.FreshFor;
        Trusted = good.Length > 0 && Problem.Length == 0;
    }

    private static string Word(Quality quality) => quality.ToString().ToLowerInvariant();
}
