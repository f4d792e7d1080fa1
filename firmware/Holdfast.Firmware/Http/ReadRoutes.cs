using Holdfast.Firmware.Appliance;

namespace Holdfast.Firmware.Http;

/// <summary>What the API tells of the rack.</summary>
internal static class ReadRoutes
{
    private const int EventsMax = 1000;
    private const int EventsDefault = 50;

    /// <summary>The controller decides four times a second.</summary>
    private static readonly TimeSpan StepWithin = TimeSpan.FromSeconds(5);

    public static void Map(IEndpointRouteBuilder routes, IAppliance appliance, TimeProvider clock)
    {
        routes
            .MapGet("/healthz", (CancellationToken cancelled) => HealthAsync(appliance, clock, cancelled))
            .Produces<HealthDocument>()
            .Produces<ProblemDocument>(StatusCodes.Status503ServiceUnavailable, Problems.ContentType)
            .WithSummary("Whether the controller works: it answers after the controller's next step");
        routes
            .MapGet("/api/v1/rack", () => ApiDocuments.Of(appliance.Plan, appliance.View))
            .WithSummary("The whole rack");
        routes
            .MapGet("/api/v1/nodes", () => ApiDocuments.NodesOf(appliance.Plan, appliance.View))
            .WithSummary("All nodes");
        routes
            .MapGet("/api/v1/nodes/{name}", (string name) => Node(appliance, name))
            .Produces<NodeDocument>()
            .Produces<ProblemDocument>(StatusCodes.Status404NotFound, Problems.ContentType)
            .WithSummary("One node");
        routes.MapGet("/api/v1/sensors", () => ApiDocuments.SensorsOf(appliance.View)).WithSummary("All sensors");
        routes
            .MapGet("/api/v1/events", (long? after, int? limit) => Events(appliance, after, limit ?? EventsDefault))
            .Produces<IReadOnlyList<EventDocument>>()
            .Produces<ProblemDocument>(StatusCodes.Status400BadRequest, Problems.ContentType)
            .WithSummary("Recorded events, oldest first; without \"after\" the newest");
    }

    private static async Task<IResult> HealthAsync(
        IAppliance appliance,
        TimeProvider clock,
        CancellationToken cancellationToken
    )
    {
        using var timer = new CancellationTokenSource(StepWithin, clock);
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, timer.Token);
        try
        {
            await appliance.NextViewAsync(appliance.View.Version, limit.Token);
            return Results.Ok(new HealthDocument("ok"));
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return Problems.Result(
                Problems.Busy($"The controller has not decided anything for {StepWithin.TotalSeconds} s. Restart it.")
            );
        }
    }

    private static IResult Node(IAppliance appliance, string name) =>
        ApiDocuments.NodesOf(appliance.Plan, appliance.View).FirstOrDefault(node => node.Name == name) is { } node
            ? Results.Ok(node)
            : Problems.Result(Problems.NotFound($"There is no node \"{name}\". GET /api/v1/nodes lists them."));

    private static IResult Events(IAppliance appliance, long? after, int limit) =>
        limit is < 1 or > EventsMax || after is < 0
            ? Problems.Result(Problems.BadRequest($"\"limit\" must be 1 to {EventsMax}, \"after\" 0 or more."))
            : Results.Ok<IReadOnlyList<EventDocument>>([
                .. appliance
                    .Events(after ?? Math.Max(0, appliance.LastEventSequence - limit), limit)
                    .Select(ApiDocuments.Of),
            ]);
}
