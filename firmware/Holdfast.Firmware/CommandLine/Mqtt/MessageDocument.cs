using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.Unicode;
using Holdfast.Mqtt;

namespace Holdfast.Firmware.CommandLine.Mqtt;

/// <summary>A received message for programs: one object a line.</summary>
/// <param name="Time">When it was received, by this machine's clock.</param>
/// <param name="Payload">Where it is UTF-8; else null.</param>
/// <param name="PayloadBase64">Where it is not UTF-8; else null.</param>
/// <param name="ExpiryS">Seconds left; null: for ever.</param>
/// <param name="Correlation">In hexadecimal.</param>
internal sealed record MessageDocument(
    DateTimeOffset Time,
    string Topic,
    int Qos,
    bool Retain,
    string? Payload,
    string? PayloadBase64,
    string? ContentType,
    double? ExpiryS,
    string? ResponseTopic,
    string? Correlation,
    IReadOnlyList<PropertyDocument>? Properties
)
{
    private static readonly MessageJson Form = new(
        new JsonSerializerOptions(MessageJson.Default.Options) { Encoder = JavaScriptEncoder.Create(UnicodeRanges.All) }
    );

    public static string Line(MqttMessage message, DateTimeOffset time)
    {
        var isText = Utf8.IsValid(message.Payload.Span);
        return JsonSerializer.Serialize(
            new MessageDocument(
                time,
                message.Topic,
                (int)message.Qos,
                message.Retain,
                isText ? message.Text : null,
                isText ? null : Convert.ToBase64String(message.Payload.Span),
                message.ContentType,
                message.Expiry?.TotalSeconds,
                message.ResponseTopic,
                message.CorrelationData.IsEmpty ? null : Convert.ToHexStringLower(message.CorrelationData.Span),
                message.UserProperties.Count == 0
                    ? null
                    : [.. message.UserProperties.Select(p => new PropertyDocument(p.Key, p.Value))]
            ),
            Form.MessageDocument
        );
    }
}

internal sealed record PropertyDocument(string Name, string Value);

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull
)]
[JsonSerializable(typeof(MessageDocument))]
[JsonSerializable(typeof(BenchDocument))]
internal sealed partial class MessageJson : JsonSerializerContext;
