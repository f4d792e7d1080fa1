using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization;
using Holdfast.Gateway.Outbox;
using Holdfast.Mqtt;

namespace Holdfast.Gateway.Consumer;

/// <summary>
/// A message with its identity around the payload, as JSON, for brokers that know no user properties (MQTT 3.1.1): a consumer can then still drop
/// what comes twice.
/// </summary>
public sealed record Envelope(
    string Stream,
    long Seq,
    string Class,
    long Low,
    bool Historical,
    string Payload,
    IReadOnlyList<string>? Hops
)
{
    private const string HopProperty = "hf-hop";

    public static MqttMessage Wrap(MqttMessage message)
    {
        if (MessageIdentity.Of(message) is not { } identity)
        {
            return message;
        }

        var envelope = new Envelope(
            identity.Stream,
            identity.Sequence,
            Value(message, MessageIdentity.ClassProperty) ?? "",
            long.TryParse(Value(message, MessageIdentity.LowProperty), out var low) ? low : 0,
            Value(message, MessageIdentity.HistoricalProperty) == "1",
            Convert.ToBase64String(message.Payload.Span),
            [.. message.UserProperties.Where(p => p.Key == HopProperty).Select(p => p.Value)]
        );
        return message with
        {
            Payload = JsonSerializer.SerializeToUtf8Bytes(envelope, EnvelopeJson.Default.Envelope),
            UserProperties = [],
        };
    }

    /// <summary>The message as it was; itself where it is in no envelope.</summary>
    public static MqttMessage Open(MqttMessage message)
    {
        try
        {
            if (
                message.Payload.Span is not [(byte)'{', ..]
                || JsonSerializer.Deserialize(message.Payload.Span, EnvelopeJson.Default.Envelope)
                    is not { Stream: not null, Seq: > 0, Payload: not null } envelope
            )
            {
                return message;
            }

            List<KeyValuePair<string, string>> properties =
            [
                new(MessageIdentity.StreamProperty, envelope.Stream),
                new(MessageIdentity.SequenceProperty, envelope.Seq.ToString(CultureInfo.InvariantCulture)),
                new(MessageIdentity.ClassProperty, envelope.Class ?? ""),
                new(MessageIdentity.LowProperty, envelope.Low.ToString(CultureInfo.InvariantCulture)),
                .. (envelope.Hops ?? []).OfType<string>().Select(hop => KeyValuePair.Create(HopProperty, hop)),
            ];
            if (envelope.Historical)
            {
                properties.Add(new(MessageIdentity.HistoricalProperty, "1"));
            }

            return message with
            {
                Payload = Convert.FromBase64String(envelope.Payload),
                UserProperties = properties,
            };
        }
        catch (Exception e) when (e is JsonException or FormatException)
        {
            return message;
        }
    }

    private static string? Value(MqttMessage message, string name) =>
        message.UserProperties.FirstOrDefault(p => p.Key == name).Value;
}

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower,
    UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow
)]
[JsonSerializable(typeof(Envelope))]
internal sealed partial class EnvelopeJson : JsonSerializerContext;
