using Holdfast.Firmware.Appliance;
using Holdfast.Rack;

namespace Holdfast.Firmware.Http;

/// <summary>The API's commands and what became of them.</summary>
internal static class CommandRoutes
{
    private const double WaitMaxSeconds = 60;

    public static void Map(IEndpointRouteBuilder routes, IAppliance appliance, TimeProvider clock)
    {
        Describe(
            routes.MapPost(
                "/api/v1/nodes/{name}/{verb}",
                (HttpContext context, string name, string verb, NodeCommandRequest request) =>
                    SubmitAsync(context, appliance, Commands.Node(appliance, Who(context), name, verb, request))
            ),
            "on, off, wake, cycle, maintain or release a node"
        );
        Describe(
            routes.MapPost(
                "/api/v1/zones/{name}/fan-mode",
                (HttpContext context, string name, FanModeRequest request) =>
                    SubmitAsync(context, appliance, Commands.Fans(appliance, Who(context), name, request))
            ),
            "How a zone's fans are driven"
        );
        routes
            .MapGet(
                "/api/v1/commands/{id}",
                (HttpContext context, string id, double? wait_s) =>
                    OutcomeAsync(appliance, id, wait_s ?? 0, clock, context.RequestAborted)
            )
            .Produces<CommandDocument>()
            .Produces<ProblemDocument>(StatusCodes.Status400BadRequest, Problems.ContentType)
            .Produces<ProblemDocument>(StatusCodes.Status404NotFound, Problems.ContentType)
            .WithSummary("What became of a command; wait_s, 0 to 60, holds the answer until it is final");
    }

    private static void Describe(RouteHandlerBuilder route, string summary)
    {
        route.Produces<CommandDocument>().Produces<CommandDocument>(StatusCodes.Status202Accepted).WithSummary(summary);
        foreach (var status in (int[])[400, 404, 409, 413, 415])
        {
            route.Produces<ProblemDocument>(status, Problems.ContentType);
        }
    }

    private static async Task<IResult> SubmitAsync(
        HttpContext context,
        IAppliance appliance,
        (OperatorCommand? Command, ProblemDocument? Problem) read
    )
    {
        if (read.Command is null)
        {
            return Problems.Result(read.Problem!);
        }

        var outcome = await appliance.SubmitAsync(read.Command, context.RequestAborted);
        return outcome.Stage switch
        {
            CommandStage.Refused => Problems.Result(Problems.Refused(outcome.Text)),
            CommandStage.Accepted => Results.Accepted(
                $"/api/v1/commands/{Uri.EscapeDataString(outcome.Id)}",
                ApiDocuments.Of(outcome)
            ),
            _ => Results.Ok(ApiDocuments.Of(outcome)),
        };
    }

    private static async Task<IResult> OutcomeAsync(
        IAppliance appliance,
        string id,
        double seconds,
        TimeProvider clock,
        CancellationToken cancellationToken
    )
    {
        if (seconds is not (>= 0 and <= WaitMaxSeconds))
        {
            return Problems.Result(Problems.BadRequest($"\"wait_s\" must be 0 to {WaitMaxSeconds}."));
        }

        if (appliance.Outcome(id) is not { } outcome)
        {
            return Problems.Result(Problems.NotFound("No command of that id is known any more."));
        }

        if (outcome.Stage == CommandStage.Accepted && seconds > 0)
        {
            outcome = await WaitAsync(appliance, outcome, TimeSpan.FromSeconds(seconds), clock, cancellationToken);
        }

        return Results.Ok(ApiDocuments.Of(outcome));
    }

    private static async Task<CommandOutcome> WaitAsync(
        IAppliance appliance,
        CommandOutcome known,
        TimeSpan wait,
        TimeProvider clock,
        CancellationToken cancellationToken
    )
    {
        using var timer = new CancellationTokenSource(wait, clock);
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, timer.Token);
        try
        {
            return await appliance.FinalOutcomeAsync(known.Id, limit.Token);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return appliance.Outcome(known.Id) ?? known;
        }
    }

    private static string Who(HttpContext context) => $"http:{context.Connection.RemoteIpAddress}";
}
