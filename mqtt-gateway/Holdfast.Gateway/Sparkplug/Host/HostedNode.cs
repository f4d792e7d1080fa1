using Holdfast.Gateway.Sparkplug.Wire;

namespace Holdfast.Gateway.Sparkplug.Host;

/// <summary>An edge node as a host follows it: its session, its aliases, and the order of its messages (§6.4.7, §5.9.1).</summary>
internal sealed class HostedNode(string group, string name)
{
    /// <summary>Messages that wait for one that is missing; more are given up, and a birth asked for.</summary>
    private const int WaitingMax = 128;

    public const int DevicesMax = 4_096;
    public const int MetricsMax = 16_384;

    private readonly SortedDictionary<int, (SparkplugTopic Topic, Payload Payload)> waiting = [];
    private readonly Dictionary<ulong, (string Device, string Name, DataType Type)> aliases = [];
    private readonly Dictionary<(string Device, string Name), ulong> numbers = [];
    private int expected;

    public string Group => group;

    public string Name => name;

    public HostedThing Self { get; } = new();

    public Dictionary<string, HostedThing> Devices { get; } = new(StringComparer.Ordinal);

    /// <summary>Of the last birth; null: it had none, or there was no birth.</summary>
    public ulong? BdSeq { get; private set; }

    /// <summary>Since when a message is missing; null: none is.</summary>
    public MonotonicTime? MissingSince { get; private set; }

    /// <summary>When a birth was asked for last.</summary>
    public MonotonicTime BirthAsked { get; set; } = MonotonicTime.Never;

    /// <summary>A new session: its birth is message 0, whatever went before.</summary>
    public void Begin(Payload birth)
    {
        BdSeq = BdSeqOf(birth);
        aliases.Clear();
        numbers.Clear();
        Devices.Clear();
        GiveUpWaiting();
        expected = ((int)(birth.Seq & 255) + 1) & 255;
    }

    public static ulong? BdSeqOf(Payload payload) =>
        payload.Metrics.FirstOrDefault(metric => metric.Name == "bdSeq") is { IsNull: false } metric
            ? metric.ValueCase == Metric.ValueOneofCase.IntValue
                ? metric.IntValue
                : metric.LongValue
            : null;

    /// <summary>Learns the names and aliases of a birth; false: they are more than anybody has.</summary>
    public bool Learn(string device, Payload birth)
    {
        var named = birth.Metrics.Where(metric => metric.HasAlias && metric.Name.Length > 0).ToList();
        var newAliases = named.Count(metric => !aliases.ContainsKey(metric.Alias));
        var newNames = named.Count(metric => !numbers.ContainsKey((device, metric.Name)));
        // Before anything is learned: what comes again and again with other names and aliases would pile up.
        if (
            aliases.Count + newAliases > MetricsMax
            || numbers.Count + newNames > MetricsMax
            || birth.Metrics.Count > MetricsMax
            || (device.Length > 0 && Devices.Count >= DevicesMax && !Devices.ContainsKey(device))
        )
        {
            return false;
        }

        foreach (var metric in named)
        {
            aliases[metric.Alias] = (device, metric.Name, (DataType)metric.Datatype);
            numbers[(device, metric.Name)] = metric.Alias;
        }

        return true;
    }

    /// <summary>Null where the birth gave none.</summary>
    public ulong? AliasOf(string device, string metric) =>
        numbers.TryGetValue((device, metric), out var alias) ? alias : null;

    /// <summary>What a payload tells of a device; an alias that was never born has no name and is left out.</summary>
    public List<HostMetric> Read(string device, Payload payload, DateTimeOffset now)
    {
        var at = PayloadCodec.Time(payload.Timestamp, now);
        var told = new List<HostMetric>(payload.Metrics.Count);
        foreach (var metric in payload.Metrics)
        {
            var (owner, metricName, born) =
                metric.HasAlias && aliases.TryGetValue(metric.Alias, out var alias)
                    ? alias
                    : (device, metric.Name, TypeOf(device, metric));
            if (metricName.Length == 0 || owner != device)
            {
                continue;
            }

            var type = metric.HasDatatype ? (DataType)metric.Datatype : born;
            told.Add(
                new HostMetric(
                    metricName,
                    type,
                    MetricValues.Get(metric, type),
                    PropertySets.QualityOf(metric),
                    PayloadCodec.Time(metric.Timestamp, at),
                    metric.IsHistorical
                )
            );
        }

        return told;
    }

    /// <summary>A message of the session comes in: those that are now in order, this one and what waited for it.</summary>
    public IReadOnlyList<(SparkplugTopic Topic, Payload Payload)> InOrder(
        SparkplugTopic topic,
        Payload payload,
        MonotonicTime now
    )
    {
        // One more than is waited for would never come again: what waits then is given up when the time is over.
        if (waiting.Count < WaitingMax)
        {
            waiting[(int)(payload.Seq & 255)] = (topic, payload);
        }

        var ready = new List<(SparkplugTopic, Payload)>();
        while (waiting.Remove(expected, out var next))
        {
            ready.Add(next);
            expected = (expected + 1) & 255;
        }

        MissingSince =
            waiting.Count == 0 ? null
            : ready.Count > 0 ? now
            : MissingSince ?? now;
        return ready;
    }

    public void GiveUpWaiting()
    {
        waiting.Clear();
        MissingSince = null;
    }

    private DataType TypeOf(string device, Metric metric) =>
        (device.Length == 0 ? Self : Devices.GetValueOrDefault(device))?.Metrics.GetValueOrDefault(metric.Name)?.Type
        ?? DataType.Unknown;
}
