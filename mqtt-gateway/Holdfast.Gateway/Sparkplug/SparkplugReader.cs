using System.Buffers;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using Holdfast.Gateway.Sparkplug.Wire;
using Holdfast.Mqtt;

namespace Holdfast.Gateway.Sparkplug;

/// <summary>
/// Shows Sparkplug messages to people as JSON. It remembers the names and types of the births that it has seen, so that data with aliases can be read; what
/// it has not seen is shown by alias. Not thread-safe.
/// </summary>
public sealed class SparkplugReader
{
    /// <summary>Beyond it births are still shown, but no longer remembered.</summary>
    private const int AliasesMax = 100_000;

    private static readonly JsonWriterOptions Form = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    private readonly Dictionary<(string Group, string Node, ulong Alias), (string Name, DataType Type)> known = [];

    /// <summary>A message as JSON; null where it is none of Sparkplug B. STATE is JSON already.</summary>
    public string? Read(MqttMessage message)
    {
        if (SparkplugTopic.HostOf(message.Topic) is not null)
        {
            return HostState.Read(message.Payload) is null ? null : Encoding.UTF8.GetString(message.Payload.Span);
        }

        if (
            SparkplugTopic.Parse(message.Topic) is not { } topic
            || PayloadCodec.Read(message.Payload.Span) is not { } payload
        )
        {
            return null;
        }

        if (topic.Verb is SparkplugVerb.NBIRTH or SparkplugVerb.DBIRTH)
        {
            Remember(topic, payload);
        }

        return Format(
            payload,
            alias => known.TryGetValue((topic.Group, topic.EdgeNode, alias), out var metric) ? metric : null
        );
    }

    /// <summary>A payload as JSON, without the knowledge of births; null where the bytes are none.</summary>
    public static string? Format(ReadOnlySpan<byte> payload) =>
        PayloadCodec.Read(payload) is { } read ? Format(read, _ => null) : null;

    private void Remember(SparkplugTopic topic, Payload payload)
    {
        foreach (var metric in payload.Metrics.Where(m => m.HasAlias && known.Count < AliasesMax))
        {
            known[(topic.Group, topic.EdgeNode, metric.Alias)] = (metric.Name, (DataType)metric.Datatype);
        }
    }

    private static string Format(Payload payload, Func<ulong, (string Name, DataType Type)?> metricOf)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(buffer, Form))
        {
            json.WriteStartObject();
            if (payload.HasTimestamp)
            {
                json.WriteString("timestamp", ValueJson.Time(payload.Timestamp));
            }

            if (payload.HasSeq)
            {
                json.WriteNumber("seq", payload.Seq);
            }

            if (payload.HasUuid)
            {
                json.WriteString("uuid", payload.Uuid);
            }

            if (payload.HasBody)
            {
                json.WriteBase64String("body", payload.Body.Span);
            }

            json.WriteStartArray("metrics");
            foreach (var metric in payload.Metrics)
            {
                ValueJson.Write(json, metric, metric.HasAlias ? metricOf(metric.Alias) : null);
            }

            json.WriteEndArray();
            json.WriteEndObject();
        }

        return Encoding.UTF8.GetString(buffer.WrittenSpan);
    }
}
