using Holdfast.Gateway.Sparkplug.Wire;

namespace Holdfast.Gateway.Sparkplug.Edge;

/// <summary>Tells late what could not be told in time (§6.4.6, <c>is_historical</c>). Pure.</summary>
public static class SparkplugReplay
{
    /// <summary>
    /// A payload that was kept, with names, as one of the present session: every metric historical, with the time at which it was taken,
    /// by its present alias, and the payload with the next sequence number.
    /// </summary>
    /// <param name="kept">As <see cref="SparkplugEdge.Step"/> gave it.</param>
    /// <param name="seq">The session's next.</param>
    /// <param name="aliasOf">The present alias of a metric's name.</param>
    /// <param name="now">When it is sent.</param>
    /// <returns>Null where what was kept is no payload, or holds no metric with a name: it can never be sent.</returns>
    public static byte[]? Of(ReadOnlyMemory<byte> kept, byte seq, Func<string, ulong> aliasOf, DateTimeOffset now)
    {
        if (PayloadCodec.Read(kept.Span) is not { } payload)
        {
            return null;
        }

        var replayed = new Payload { Timestamp = PayloadCodec.Stamp(now), Seq = seq };
        foreach (var metric in payload.Metrics.Where(metric => metric.Name.Length > 0))
        {
            var historical = metric.Clone();
            historical.Alias = aliasOf(metric.Name);
            historical.ClearName();
            historical.IsHistorical = true;
            replayed.Metrics.Add(historical);
        }

        return replayed.Metrics.Count > 0 ? PayloadCodec.Write(replayed) : null;
    }
}
