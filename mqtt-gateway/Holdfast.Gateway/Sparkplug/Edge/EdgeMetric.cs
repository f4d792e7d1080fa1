using Holdfast.Gateway.Topics;

namespace Holdfast.Gateway.Sparkplug.Edge;

/// <summary>A metric of the rack as it is now.</summary>
/// <param name="Value">Of the type, see <see cref="MetricValues"/>; null: not known, never 0.</param>
internal sealed record EdgeMetric(string Name, DataType Type, object? Value, MetricQuality Quality)
{
    /// <summary>The symbol; null: it has none.</summary>
    public string? Unit { get; init; }

    public bool Writable { get; init; }

    public static EdgeMetric Of(string name, bool? value) =>
        new(name, DataType.Boolean, value, value is null ? MetricQuality.Bad : MetricQuality.Good);

    public static EdgeMetric Of(string name, string? value) =>
        new(name, DataType.String, value, value is null ? MetricQuality.Bad : MetricQuality.Good);

    public static EdgeMetric Of(string name, Reading reading) =>
        new(
            name,
            DataType.Double,
            reading.IsGood ? Math.Round(reading.Value, 2) : null,
            reading.Quality switch
            {
                Core.Quality.Good => MetricQuality.Good,
                Core.Quality.Stale => MetricQuality.Stale,
                _ => MetricQuality.Bad,
            }
        )
        {
            Unit = reading.Unit.Symbol(),
        };

    /// <summary>Whether it is worth a message after another: noise is not.</summary>
    public bool DiffersFrom(EdgeMetric sent) =>
        Quality != sent.Quality
        || (
            Value is double now && sent.Value is double before
                ? !TelemetryDiff.IsNoise(before, now)
                : !Equals(Value, sent.Value)
        );
}

/// <summary>A device as it is now.</summary>
/// <param name="Alive">Whether anything is known of it; else it is dead, for Sparkplug.</param>
internal sealed record EdgeDevice(string Name, bool Alive, IReadOnlyList<EdgeMetric> Metrics);
