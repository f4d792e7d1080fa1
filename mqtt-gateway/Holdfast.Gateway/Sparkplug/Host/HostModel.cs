namespace Holdfast.Gateway.Sparkplug.Host;

/// <summary>A metric as a host knows it.</summary>
/// <param name="Value">As <see cref="DataType"/> says: bool, long, ulong, float, double, string, bytes, an array, a data set or a template; null: not known.</param>
/// <param name="At">When the value was taken.</param>
/// <param name="Historical">Told late; it is not the present value.</param>
public sealed record HostMetric(
    string Name,
    DataType Type,
    object? Value,
    MetricQuality Quality,
    DateTimeOffset At,
    bool Historical
);

/// <summary>What happened to what a host watches.</summary>
public enum HostNews
{
    NodeBorn,
    NodeDied,
    DeviceBorn,
    DeviceDied,
    Data,
}

/// <param name="Device">Empty: the edge node itself.</param>
/// <param name="Metrics">Those that the message told; after a death those that are stale now.</param>
public sealed record HostUpdate(
    HostNews News,
    string Group,
    string EdgeNode,
    string Device,
    IReadOnlyList<HostMetric> Metrics
);

/// <summary>An edge node, or a device of one: its last known values.</summary>
public sealed class HostedThing
{
    private readonly Dictionary<string, HostMetric> metrics = new(StringComparer.Ordinal);

    public bool Online { get; private set; }

    /// <summary>When it was born or died last.</summary>
    public DateTimeOffset Since { get; private set; }

    public IReadOnlyDictionary<string, HostMetric> Metrics => metrics;

    internal void Bear(IReadOnlyList<HostMetric> born, DateTimeOffset at)
    {
        (Online, Since) = (true, at);
        metrics.Clear();
        Update(born);
    }

    /// <summary>History does not change what is so now.</summary>
    internal void Update(IEnumerable<HostMetric> told)
    {
        foreach (var metric in told.Where(metric => !metric.Historical))
        {
            metrics[metric.Name] = metric;
        }
    }

    /// <summary>Everything is stale from now on.</summary>
    internal IReadOnlyList<HostMetric> Die(DateTimeOffset at)
    {
        (Online, Since) = (false, at);
        foreach (var (name, metric) in metrics)
        {
            metrics[name] = metric with { Quality = MetricQuality.Stale, At = at };
        }

        return [.. metrics.Values];
    }
}
