using Holdfast.Gateway.Sparkplug.Wire;

namespace Holdfast.Gateway.Sparkplug.Edge;

/// <summary>Tells late what could not be told in time (§6.4.6, <c>is_historical</c>). Pure.</summary>
internal static class SparkplugReplay
{
    /// <summary>A metric as it is kept: with its name, since aliases are of a session.</summary>
    public static byte[] Keep(Metric named) => PayloadCodec.Write(new Payload { Metrics = { named } });

    /// <summary>
    /// Kept metrics of one device as a payload of the present session: historical, with the times at which they were taken, by their present aliases.
    /// </summary>
    /// <param name="kept">As <see cref="Keep"/> gave them; what is none is passed over.</param>
    /// <param name="aliasOf">The present alias of a metric's name.</param>
    /// <param name="to">Gets them.</param>
    public static void Add(IEnumerable<ReadOnlyMemory<byte>> kept, Func<string, ulong> aliasOf, Payload to)
    {
        foreach (var metric in kept.SelectMany(bytes => PayloadCodec.Read(bytes.Span)?.Metrics ?? []))
        {
            metric.Alias = aliasOf(metric.Name);
            metric.ClearName();
            metric.IsHistorical = true;
            to.Metrics.Add(metric);
        }
    }
}
