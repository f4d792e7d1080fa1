using System.Globalization;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;
using Holdfast.Mqtt;

namespace Holdfast.Gateway.Commands;

/// <summary>
/// Writes responses: <c>__stat</c>, <c>__stMsg</c>, <c>__ts</c> as iot-operations-sdks have them. Whoever asked for a stream (<c>hf-stream</c>) also
/// gets <c>hf-part</c>, counting from 0, and <c>hf-final</c> with the last one. Pure.
/// </summary>
internal static class ResponseForm
{
    private static readonly ResponseJson Form = new(
        new JsonSerializerOptions(ResponseJson.Default.Options)
        {
            Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        }
    );

    /// <param name="part">Which response of a stream; null: the only one.</param>
    /// <param name="left">What is left of the request's expiry; null: it never expires.</param>
    public static MqttMessage Of(
        CommandRequest request,
        string id,
        GatewayReply reply,
        DateTimeOffset time,
        int? part = null,
        TimeSpan? left = null
    )
    {
        var isFinal = reply.Status != 202;
        var properties = Properties(reply.Status, reply.Text, request.IsStrict, request.Rack, time);
        if (part is { } number)
        {
            properties.Add(new("hf-part", number.ToString(CultureInfo.InvariantCulture)));
            properties.Add(new("hf-final", isFinal ? "true" : "false"));
        }

        var body = new ResponseBody(
            id,
            reply.Stage,
            reply.Observed,
            reply.Text,
            reply.Result.Length > 0 ? JsonElement.Parse(reply.Result) : null
        );
        return Message(request.ResponseTopic!, request.Correlation, body, properties) with { Expiry = left };
    }

    /// <summary>The answer to what could not even be read.</summary>
    public static MqttMessage Of(MqttMessage request, string rack, Malformed wrong, DateTimeOffset time)
    {
        var strict = request.UserProperties.Any(property => property.Key == "__protVer");
        var properties = Properties(wrong.Status, wrong.Text, strict, rack, time);
        properties.Add(new("__apErr", "false"));
        if (wrong.Status == 505)
        {
            properties.Add(new("__supProtMajVer", "1"));
            properties.Add(new("__requestProtVer", SoundText.Plain(wrong.Value!)));
        }
        else if (wrong.Property.Length > 0)
        {
            properties.Add(new("__propName", wrong.Property));
            if (wrong.Value is not null)
            {
                properties.Add(new("__propVal", SoundText.Plain(wrong.Value)));
            }
        }

        var body = new ResponseBody("", "refused", "", wrong.Text, null);
        return Message(request.ResponseTopic!, request.CorrelationData, body, properties);
    }

    private static MqttMessage Message(
        string topic,
        ReadOnlyMemory<byte> correlation,
        ResponseBody body,
        List<KeyValuePair<string, string>> properties
    ) =>
        new(topic, JsonSerializer.SerializeToUtf8Bytes(body, Form.ResponseBody))
        {
            Qos = MqttQos.AtLeastOnce,
            CorrelationData = correlation,
            ContentType = "application/json",
            UserProperties = properties,
        };

    private static List<KeyValuePair<string, string>> Properties(
        int status,
        string text,
        bool strict,
        string rack,
        DateTimeOffset time
    )
    {
        List<KeyValuePair<string, string>> properties =
        [
            new("__ts", strict ? HybridClock(time, rack) : time.ToString("O", CultureInfo.InvariantCulture)),
            new("__stat", status.ToString(CultureInfo.InvariantCulture)),
            new("__stMsg", SoundText.Plain(text)),
        ];
        if (strict)
        {
            properties.Add(new("__srcId", $"holdfast-{rack}"));
            properties.Add(new("__protVer", "1.0"));
        }

        return properties;
    }

    private static string HybridClock(DateTimeOffset time, string rack) =>
        string.Create(CultureInfo.InvariantCulture, $"{time.ToUnixTimeMilliseconds():D15}:00000:holdfast-{rack}");
}

internal sealed record ResponseBody(string Id, string Stage, string Observed, string Text, JsonElement? Result);

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull
)]
[JsonSerializable(typeof(ResponseBody))]
internal sealed partial class ResponseJson : JsonSerializerContext;
