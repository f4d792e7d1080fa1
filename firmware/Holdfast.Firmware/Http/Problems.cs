namespace Holdfast.Firmware.Http;

/// <summary>Errors as RFC 9457 problem documents: what is wrong, and what helps.</summary>
internal static class Problems
{
    public const string ContentType = "application/problem+json";

    public static ProblemDocument NotFound(string detail) => new("not-found", "Not found", 404, detail);

    public static ProblemDocument BadRequest(string detail) =>
        new("bad-request", "The request is not understood", 400, detail);

    public static ProblemDocument Refused(string detail) =>
        new("command-refused", "The command was refused", 409, detail);

    public static ProblemDocument Forbidden(string detail) => new("forbidden", "Not allowed", 403, detail);

    public static ProblemDocument Unauthorized(string detail) =>
        new("unauthorized", "The access token is needed", 401, detail);

    public static ProblemDocument TooManyTokens { get; } =
        new("too-many-tokens", "Too many wrong tokens", 429, "Wait a minute, then send the right one.");

    public static ProblemDocument NotJson { get; } =
        new("not-json", "The body is not JSON", 415, "Send the body with Content-Type: application/json.");

    public static ProblemDocument Nowhere { get; } =
        NotFound("There is nothing at this address. GET /api/v1/openapi.json lists what there is.");

    public static ProblemDocument Busy(string detail) => new("busy", "Too many", 503, detail);

    public static IResult Result(ProblemDocument problem) =>
        Results.Json(problem, ApiJson.Default.ProblemDocument, ContentType, problem.Status);

    public static Task WriteAsync(HttpContext context, ProblemDocument problem)
    {
        context.Response.StatusCode = problem.Status;
        return context.Response.WriteAsJsonAsync(
            problem,
            ApiJson.Default.ProblemDocument,
            ContentType,
            context.RequestAborted
        );
    }
}
