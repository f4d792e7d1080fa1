using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization;
using Holdfast.Gateway.Commands.Access;
using Holdfast.Mqtt;

namespace Holdfast.Gateway.Commands;

/// <summary>
/// Takes requests apart: MQTT 5 properties in the form of Azure's iot-operations-sdks (doc/reference/message-metadata.md there), or an envelope in
/// the payload for those who have no properties. Pure. Whoever says <c>__protVer</c> is held to that form: 16 bytes of correlation data,
/// a message expiry, JSON; others get by with less, and lose what it is for.
/// </summary>
internal static class RequestReader
{
    private const int PayloadLengthMax = 16 * 1024;
    private const int CorrelationLengthMax = 64;
    private const int CorrelationLengthStrict = 16;
    private const int SourceLengthMax = 64;

    public const string StreamProperty = "hf-stream";

    public static (CommandRequest? Request, Malformed? Problem) Read(MqttMessage message)
    {
        // rack/{rack}/{target}/command/{verb}
        var levels = message.Topic.Split('/');
        if (
            levels is not ["rack", var rack, var target, "command", var verb]
            || !Name.IsValid(rack)
            || !Name.IsValid(target)
            || !CommandVerbs.All.Contains(verb)
        )
        {
            return No($"there is no such command; use one of: {string.Join(", ", CommandVerbs.All)}");
        }

        if (message.Payload.Length > PayloadLengthMax || message.CorrelationData.Length > CorrelationLengthMax)
        {
            return No("the request is too long");
        }

        if (message.Retain)
        {
            return No("a command must not be retained: it would be carried out again and again");
        }

        if (message.Expiry <= TimeSpan.Zero)
        {
            return No("the request has expired");
        }

        if (!message.Payload.IsEmpty && !SoundText.IsJson(message.Payload.Span))
        {
            return No("the payload is no JSON object of the form {\"deadline_s\":300}");
        }

        var strict = Property(message, "__protVer") is not null;
        if (HeaderProblem(message, strict) is { } wrong)
        {
            return (null, wrong);
        }

        var (seal, problem) = CommandSeal.Read(message.UserProperties);
        if (problem.Length > 0)
        {
            return No(problem, 401);
        }

        var request = new CommandRequest(
            message.Topic,
            rack,
            target,
            verb,
            Clean(Property(message, "__srcId")),
            message.Payload,
            message.CorrelationData,
            message.ResponseTopic,
            message.Expiry,
            seal,
            strict,
            Property(message, StreamProperty) == "1"
        );
        return Envelope.IsOne(message.Payload.Span) ? Envelope.Open(request) : (request, null);
    }

    internal static string Clean(string? source) =>
        string.Concat((source ?? "").Where(c => !char.IsControl(c)).Take(SourceLengthMax));

    internal static (CommandRequest? Request, Malformed? Problem) No(string text, int status = 400) =>
        (null, new Malformed(status, text));

    private static Malformed? HeaderProblem(MqttMessage message, bool strict)
    {
        if (message.ContentType is { } type && !IsJson(type))
        {
            return new Malformed(415, "the content type must be application/json", "Content Type", type);
        }

        if (!strict)
        {
            return null;
        }

        var version = Property(message, "__protVer")!;
        if (
            version.Split('.') is not [var major, var minor]
            || !IsNumber(major)
            || !IsNumber(minor)
            || major is not ("0" or "1")
        )
        {
            return new Malformed(505, "the protocol version must be 1.x", "__protVer", version);
        }

        return message.CorrelationData.IsEmpty
                ? new Malformed(400, "the correlation data are missing: 16 bytes", "Correlation Data")
            : message.CorrelationData.Length != CorrelationLengthStrict
                ? new Malformed(
                    400,
                    "the correlation data must have 16 bytes",
                    "Correlation Data",
                    Convert.ToHexStringLower(message.CorrelationData.Span)
                )
            : message.Expiry is null ? new Malformed(400, "the message expiry is missing", "Message Expiry")
            : Property(message, "__ts") is { } time && !IsHybridClock(time)
                ? new Malformed(400, "the timestamp is none of a hybrid logical clock", "__ts", time)
            : null;
    }

    /// <summary>Milliseconds, counter and node, with colons between them.</summary>
    private static bool IsHybridClock(string text) =>
        text.Split(':') is [var milliseconds, var counter, { Length: > 0 }]
        && IsNumber(milliseconds)
        && counter.Length is > 0 and <= 8
        && counter.All(char.IsAsciiLetterOrDigit);

    private static bool IsNumber(string text) =>
        text.Length is > 0 and <= 18 && long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out _);

    private static bool IsJson(string type) =>
        type.Split(';')[0].Trim().Equals("application/json", StringComparison.OrdinalIgnoreCase);

    private static string? Property(MqttMessage message, string name) =>
        message.UserProperties.FirstOrDefault(property => property.Key == name).Value;

    /// <summary>What stands in the payload where there are no properties: <c>{"body":{…},"correlation":"…","auth":{…}}</c>.</summary>
    private static class Envelope
    {
        public static bool IsOne(ReadOnlySpan<byte> payload)
        {
            var reader = new Utf8JsonReader(payload);
            try
            {
                return reader.Read()
                    && reader.TokenType == JsonTokenType.StartObject
                    && reader.Read()
                    && reader.TokenType == JsonTokenType.PropertyName
                    && reader.ValueTextEquals("body"u8);
            }
            catch (JsonException)
            {
                return false;
            }
        }

        public static (CommandRequest? Request, Malformed? Problem) Open(CommandRequest request)
        {
            EnvelopeDocument? envelope;
            try
            {
                envelope = JsonSerializer.Deserialize(request.Body.Span, RequestEnvelopeJson.Default.EnvelopeDocument);
            }
            catch (JsonException)
            {
                return No("the payload is no envelope of the form {\"body\":{…},\"correlation\":\"…\",\"auth\":{…}}");
            }

            byte[] correlation;
            try
            {
                correlation = Convert.FromHexString(envelope!.Correlation ?? "");
            }
            catch (FormatException)
            {
                return No("the correlation of an envelope is written in hexadecimal");
            }

            if (correlation.Length > CorrelationLengthMax)
            {
                return No("the request is too long");
            }

            var (seal, problem) = CommandSeal.Read([
                .. (envelope.Auth ?? []).Select(p => KeyValuePair.Create(p.Key, p.Value ?? "")),
            ]);
            return problem.Length > 0
                ? No(problem, 401)
                : (
                    request with
                    {
                        Body = System.Text.Encoding.UTF8.GetBytes(envelope.Body.GetRawText()),
                        Correlation = correlation.Length > 0 ? correlation : request.Correlation,
                        ResponseTopic = request.ResponseTopic ?? envelope.ResponseTopic,
                        Source = request.Source.Length > 0 ? request.Source : Clean(envelope.Source),
                        Seal = request.Seal ?? seal,
                        IsStreamed = request.IsStreamed || envelope.Stream == true,
                    },
                    null
                );
        }
    }
}

/// <param name="Auth">The user properties of a signature, by name.</param>
internal sealed record EnvelopeDocument(
    JsonElement Body,
    string? Correlation,
    string? ResponseTopic,
    string? Source,
    bool? Stream,
    Dictionary<string, string?>? Auth
);

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower,
    UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow
)]
[JsonSerializable(typeof(EnvelopeDocument))]
internal sealed partial class RequestEnvelopeJson : JsonSerializerContext;
