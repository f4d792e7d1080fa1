namespace Holdfast.Firmware.Http;

/// <summary>
/// Gives every error a problem document, also those that the server answers with a bare status, and those that nobody expected: whoever
/// asks gets a sentence, never a stack trace.
/// </summary>
internal static class ErrorAnswers
{
    public static async Task InvokeAsync(HttpContext context, RequestDelegate next)
    {
        try
        {
            await next(context);
        }
        catch (BadHttpRequestException e) when (!context.Response.HasStarted)
        {
            context.Response.StatusCode = e.StatusCode;
        }
        catch (Exception e)
            when (e is not OutOfMemoryException
                && !context.Response.HasStarted
                && !context.RequestAborted.IsCancellationRequested
            )
        {
            context.Response.StatusCode = StatusCodes.Status500InternalServerError;
        }

        if (
            context.Response is { HasStarted: false, ContentType: null, StatusCode: >= 400 and var status }
            && !context.RequestAborted.IsCancellationRequested
        )
        {
            await Problems.WriteAsync(context, Of(status));
        }
    }

    private static ProblemDocument Of(int status) =>
        status switch
        {
            StatusCodes.Status400BadRequest => Problems.BadRequest(
                "The body or a parameter is not of the form that GET /api/v1/openapi.json describes."
            ),
            StatusCodes.Status404NotFound => Problems.Nowhere,
            StatusCodes.Status405MethodNotAllowed => new ProblemDocument(
                "method-not-allowed",
                "Not done this way",
                status,
                "Another method is needed. GET /api/v1/openapi.json lists what there is."
            ),
            StatusCodes.Status413PayloadTooLarge => new ProblemDocument(
                "too-large",
                "The body is too large",
                status,
                $"Send at most {HttpFace.BodyLengthMax} bytes."
            ),
            StatusCodes.Status415UnsupportedMediaType => Problems.NotJson,
            < 500 => new ProblemDocument(
                "bad-request",
                "The request is not understood",
                status,
                "GET /api/v1/openapi.json lists what there is."
            ),
            _ => new ProblemDocument(
                "internal",
                "A fault of the program",
                status,
                "The rack goes on. Try again, and report what you did if it comes back."
            ),
        };
}
