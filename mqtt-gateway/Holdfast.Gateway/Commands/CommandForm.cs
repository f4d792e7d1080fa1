using System.Text.Json;
using System.Text.Json.Serialization;
using Holdfast.Mqtt;

namespace Holdfast.Gateway.Commands;

/// <summary>
/// Reads requests and writes responses in the form of Azure's iot-operations-sdks: Response Topic, Correlation Data, Message Expiry, and the user
/// properties <c>__ts</c>, <c>__stat</c>, <c>__stMsg</c>, <c>__srcId</c>. Pure.
/// </summary>
internal static class CommandForm
{
    private const int PayloadLengthMax = 4 * 1024;
    private const int CorrelationLengthMax = 64;
    private const int WhoLengthMax = 64;
    private static readonly TimeSpan DeadlineDefault = TimeSpan.FromMinutes(5);
    private static readonly TimeSpan DeadlineMax = TimeSpan.FromHours(1);

    private const string FanModeVerb = "fan-mode";

    private static readonly string[] Verbs = ["on", "off", "wake", "cycle", "maintain", "release", FanModeVerb];

    /// <summary>The command of a message, or in words what is wrong with it.</summary>
    public static (GatewayCommand? Command, string Problem) Read(MqttMessage message, string id)
    {
        // rack/{rack}/{target}/command/{verb}
        var levels = message.Topic.Split('/');
        if (levels is not [_, _, var target, "command", var verb] || !Name.IsValid(target) || !Verbs.Contains(verb))
        {
            return (null, $"there is no such command; use one of: {string.Join(", ", Verbs)}");
        }

        if (message.Payload.Length > PayloadLengthMax || message.CorrelationData.Length > CorrelationLengthMax)
        {
            return (null, "the request is too long");
        }

        if (message.Retain)
        {
            return (null, "a command must not be retained: it would be carried out again and again");
        }

        if (ReadBody(message.Payload) is not { } body)
        {
            return (null, "the payload is no JSON object of the form {\"deadline_s\":300}");
        }

        if (ProblemOf(verb, body) is { Length: > 0 } problem)
        {
            return (null, problem);
        }

        var deadline = body.DeadlineS is { } seconds
            ? TimeSpan.FromSeconds(Math.Min(seconds, DeadlineMax.TotalSeconds))
            : DeadlineDefault;
        deadline = message.Expiry is { } expiry && expiry < deadline ? expiry : deadline;
        if (deadline <= TimeSpan.Zero)
        {
            return (null, "the request has expired");
        }

        return (new GatewayCommand(id, Who(message), target, verb, deadline, body.Mode ?? "", body.DutyPct ?? 100), "");
    }

    /// <summary>Where the response may go: a topic name outside of commands and of the broker's own.</summary>
    public static bool MayAnswer(MqttMessage request) =>
        request.ResponseTopic is { Length: > 0 and <= 512 } topic
        && !topic.StartsWith('$')
        && topic.AsSpan().IndexOfAny('+', '#', '\0') < 0
        && !topic.Contains("/command/", StringComparison.Ordinal);

    public static MqttMessage Response(MqttMessage request, string id, GatewayReply reply, DateTimeOffset time) =>
        new(
            request.ResponseTopic!,
            JsonSerializer.SerializeToUtf8Bytes(
                new ResponseBody(id, reply.Stage, reply.Observed, reply.Text),
                CommandJson.Default.ResponseBody
            )
        )
        {
            Qos = MqttQos.AtLeastOnce,
            CorrelationData = request.CorrelationData,
            ContentType = "application/json",
            UserProperties =
            [
                new("__ts", time.ToString("O", System.Globalization.CultureInfo.InvariantCulture)),
                new("__stat", reply.Status.ToString(System.Globalization.CultureInfo.InvariantCulture)),
                new("__stMsg", reply.Text),
            ],
        };

    private static string Who(MqttMessage message)
    {
        var named = message.UserProperties.FirstOrDefault(p => p.Key == "__srcId").Value;
        var clean = string.Concat((named ?? "").Where(c => !char.IsControl(c)).Take(WhoLengthMax));
        return clean.Length > 0 ? $"mqtt:{clean}" : "mqtt";
    }

    private static RequestBody? ReadBody(ReadOnlyMemory<byte> payload)
    {
        if (payload.IsEmpty)
        {
            return new RequestBody(null, null, null);
        }

        try
        {
            return JsonSerializer.Deserialize(payload.Span, CommandJson.Default.RequestBody);
        }
        catch (JsonException)
        {
            return null;
        }
    }

    private static string ProblemOf(string verb, RequestBody body) =>
        body.DeadlineS is <= 0 ? "deadline_s must be more than 0"
        : verb != FanModeVerb
            ? body is { Mode: null, DutyPct: null } ? ""
                : $"mode and duty_pct belong to {FanModeVerb}"
        : body.Mode is not ("auto" or "full" or "fixed") ? "mode must be auto, full or fixed"
        : body.DutyPct is not (null or (>= 0 and <= 100)) ? "duty_pct must be 0 to 100"
        : body.Mode == "fixed" && body.DutyPct is null ? "the mode fixed needs duty_pct, 0 to 100"
        : "";
}

internal sealed record RequestBody(double? DeadlineS, string? Mode, double? DutyPct);

internal sealed record ResponseBody(string Id, string Stage, string Observed, string Text);

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower,
    UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow
)]
[JsonSerializable(typeof(RequestBody))]
[JsonSerializable(typeof(ResponseBody))]
internal sealed partial class CommandJson : JsonSerializerContext;
