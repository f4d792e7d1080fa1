using System.Text.Json;
using System.Text.Json.Serialization;

namespace Holdfast.Gateway.Commands;

/// <summary>Reads what a request asks, verb by verb. Pure.</summary>
internal static class CommandForm
{
    private static readonly TimeSpan DeadlineDefault = TimeSpan.FromMinutes(5);
    private static readonly TimeSpan DeadlineMax = TimeSpan.FromHours(1);

    /// <summary>The command of a request, or in words what is wrong with it.</summary>
    public static (GatewayCommand? Command, string Problem) Read(CommandRequest request, string id)
    {
        if (ReadBody(request.Body) is not { } body)
        {
            return (null, "the payload is no JSON object of the form {\"deadline_s\":300}");
        }

        if (ProblemOf(request.Verb, request.Target, body) is { Length: > 0 } problem)
        {
            return (null, problem);
        }

        var deadline = body.DeadlineS is { } seconds
            ? TimeSpan.FromSeconds(Math.Min(seconds, DeadlineMax.TotalSeconds))
            : DeadlineDefault;
        deadline = request.Expiry is { } expiry && expiry < deadline ? expiry : deadline;
        if (deadline <= TimeSpan.Zero)
        {
            return (null, "the request has expired");
        }

        var document = body.Patch ?? body.Properties;
        return (
            new GatewayCommand(
                id,
                request.Source.Length > 0 ? $"mqtt:{request.Source}" : "mqtt",
                request.Target,
                request.Verb,
                deadline,
                body.Mode ?? "",
                body.DutyPct ?? 100
            )
            {
                Document = document?.GetRawText() ?? "",
                ExpectedVersion = body.ExpectedVersion,
            },
            ""
        );
    }

    private static RequestBody? ReadBody(ReadOnlyMemory<byte> payload)
    {
        if (payload.IsEmpty)
        {
            return new RequestBody(null, null, null, null, null, null);
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

    private static string ProblemOf(string verb, string target, RequestBody body) =>
        body.DeadlineS is <= 0 ? "deadline_s must be more than 0"
        : verb != CommandVerbs.FanMode && body is not { Mode: null, DutyPct: null }
            ? $"mode and duty_pct belong to {CommandVerbs.FanMode}"
        : verb != CommandVerbs.TwinSet && body is not { Patch: null, ExpectedVersion: null }
            ? $"patch and expected_version belong to {CommandVerbs.TwinSet}"
        : verb != CommandVerbs.TwinMerge && body.Properties is not null
            ? $"properties belong to {CommandVerbs.TwinMerge}"
        : verb switch
        {
            CommandVerbs.FanMode => FanProblem(body),
            CommandVerbs.Capacity when target != "power" => "capacity is asked of power",
            CommandVerbs.TwinSet when body.Patch?.ValueKind != JsonValueKind.Object =>
                "patch must be a JSON object: what shall change",
            CommandVerbs.TwinSet when body.ExpectedVersion < 0 => "expected_version is 0 or more",
            CommandVerbs.TwinMerge when body.Properties?.ValueKind != JsonValueKind.Array =>
                "properties must be a JSON array",
            _ => "",
        };

    private static string FanProblem(RequestBody body) =>
        body.Mode is not ("auto" or "full" or "fixed") ? "mode must be auto, full or fixed"
        : body.DutyPct is not (null or (>= 0 and <= 100)) ? "duty_pct must be 0 to 100"
        : body.Mode == "fixed" && body.DutyPct is null ? "the mode fixed needs duty_pct, 0 to 100"
        : "";
}

internal sealed record RequestBody(
    double? DeadlineS,
    string? Mode,
    double? DutyPct,
    JsonElement? Patch,
    long? ExpectedVersion,
    JsonElement? Properties
);

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower,
    UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow
)]
[JsonSerializable(typeof(RequestBody))]
internal sealed partial class CommandJson : JsonSerializerContext;
