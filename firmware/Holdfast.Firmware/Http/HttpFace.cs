using System.Net;
using System.Text.Json;
using Holdfast.Firmware.Appliance;
using Holdfast.Rack;
using Microsoft.AspNetCore.Server.Kestrel.Core;

namespace Holdfast.Firmware.Http;

/// <summary>The appliance's HTTP face: health, the API under /api/v1 with its OpenAPI document, the stream, the page.</summary>
internal static class HttpFace
{
    private const int BodyLengthMax = 16 * 1024;
    private const int EventsMax = 1000;
    private const double WaitMaxSeconds = 60;

    /// <summary>Builds a server that is not started yet.</summary>
    /// <param name="token">The access token; empty on the loopback.</param>
    public static WebApplication Build(IAppliance appliance, IPEndPoint endpoint, byte[] token)
    {
        var builder = WebApplication.CreateSlimBuilder(
            new WebApplicationOptions { ContentRootPath = AppContext.BaseDirectory }
        );
        builder.Logging.ClearProviders();
        builder.Services.AddOpenApi();
        builder.Services.ConfigureHttpJsonOptions(json =>
        {
            json.SerializerOptions.PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower;
            json.SerializerOptions.AllowDuplicateProperties = false;
            json.SerializerOptions.TypeInfoResolverChain.Insert(0, ApiJson.Default);
        });
        builder.WebHost.ConfigureKestrel(kestrel =>
        {
            kestrel.AddServerHeader = false;
            kestrel.Limits.MaxRequestBodySize = BodyLengthMax;
            kestrel.Limits.MaxConcurrentConnections = 256;
            kestrel.Limits.MaxRequestHeadersTotalSize = BodyLengthMax;
            kestrel.Listen(endpoint, listen => listen.Protocols = HttpProtocols.Http1);
        });
        var app = builder.Build();
        var gatekeeper = new Gatekeeper(token, TimeProvider.System);
        app.Use(next => context => gatekeeper.InvokeAsync(context, next));
        app.MapGet("/healthz", () => new HealthDocument("ok")).WithSummary("Whether the controller runs");
        MapReads(app, appliance);
        MapCommands(app, appliance);
        MapSignIn(app, gatekeeper);
        app.MapGet("/api/v1/stream", new EventStream(appliance).ServeAsync)
            .WithSummary("The rack and its events as they change (server-sent events)");
        app.MapOpenApi("/api/v1/openapi.json");
        PageFiles.Map(app);
        app.MapFallback(context =>
            Problems.WriteAsync(
                context,
                Problems.NotFound("There is nothing at this address. GET /api/v1/openapi.json lists what there is.")
            )
        );
        return app;
    }

    private static void MapReads(WebApplication app, IAppliance appliance)
    {
        app.MapGet("/api/v1/rack", () => ApiDocuments.Of(appliance.Plan, appliance.View)).WithSummary("The whole rack");
        app.MapGet("/api/v1/nodes", () => ApiDocuments.NodesOf(appliance.Plan, appliance.View))
            .WithSummary("All nodes");
        app.MapGet(
                "/api/v1/nodes/{name}",
                IResult (string name) =>
                    ApiDocuments.NodesOf(appliance.Plan, appliance.View).FirstOrDefault(node => node.Name == name)
                        is { } node
                        ? Results.Ok(node)
                        : Problems.Result(
                            Problems.NotFound($"There is no node \"{name}\". GET /api/v1/nodes lists them.")
                        )
            )
            .Produces<NodeDocument>()
            .WithSummary("One node");
        app.MapGet("/api/v1/sensors", () => ApiDocuments.SensorsOf(appliance.View)).WithSummary("All sensors");
        app.MapGet(
                "/api/v1/events",
                IResult (long? after, int? limit) =>
                {
                    var most = limit ?? 50;
                    return most is < 1 or > EventsMax || after is < 0
                        ? Problems.Result(
                            Problems.BadRequest($"\"limit\" must be 1 to {EventsMax}, \"after\" 0 or more.")
                        )
                        : Results.Ok<IReadOnlyList<EventDocument>>([
                            .. appliance
                                .Events(after ?? Math.Max(0, appliance.LastEventSequence - most), most)
                                .Select(ApiDocuments.Of),
                        ]);
                }
            )
            .Produces<IReadOnlyList<EventDocument>>()
            .WithSummary("Recorded events, oldest first");
    }

    private static void MapCommands(WebApplication app, IAppliance appliance)
    {
        app.MapPost(
                "/api/v1/nodes/{name}/{verb}",
                async Task<IResult> (HttpContext context, string name, string verb, NodeCommandRequest request) =>
                {
                    var (command, problem) = Commands.Node(appliance, Who(context), name, verb, request);
                    return command is null
                        ? Problems.Result(problem!)
                        : Answer(await appliance.SubmitAsync(command, context.RequestAborted));
                }
            )
            .Produces<CommandDocument>()
            .Produces<CommandDocument>(StatusCodes.Status202Accepted)
            .WithSummary("on, off, wake, cycle, maintain or release a node");
        app.MapPost(
                "/api/v1/zones/{name}/fan-mode",
                async Task<IResult> (HttpContext context, string name, FanModeRequest request) =>
                {
                    var (command, problem) = Commands.Fans(appliance, Who(context), name, request);
                    return command is null
                        ? Problems.Result(problem!)
                        : Answer(await appliance.SubmitAsync(command, context.RequestAborted));
                }
            )
            .Produces<CommandDocument>()
            .Produces<CommandDocument>(StatusCodes.Status202Accepted)
            .WithSummary("How a zone's fans are driven");
        app.MapGet(
                "/api/v1/commands/{id}",
                async Task<IResult> (HttpContext context, string id, double? wait_s) =>
                    appliance.Outcome(id) is null
                        ? Problems.Result(Problems.NotFound("No command of that id is known any more."))
                        : Results.Ok(
                            ApiDocuments.Of(await WaitAsync(appliance, id, wait_s ?? 0, context.RequestAborted))
                        )
            )
            .Produces<CommandDocument>()
            .WithSummary("What became of a command; wait_s holds the answer until it is final");
    }

    private static void MapSignIn(WebApplication app, Gatekeeper gatekeeper) =>
        app.MapPost(
                "/login",
                IResult (HttpContext context, SignInRequest request) =>
                {
                    switch (gatekeeper.IsToken(request.Token))
                    {
                        case true:
                            var options = new CookieOptions
                            {
                                HttpOnly = true,
                                SameSite = SameSiteMode.Strict,
                                MaxAge = TimeSpan.FromDays(30),
                            };
                            context.Response.Cookies.Append(Gatekeeper.Cookie, request.Token!, options);
                            return Results.NoContent();
                        case null:
                            return Problems.Result(Problems.Busy("Too many wrong tokens. Wait a minute."));
                        default:
                            return Problems.Result(
                                Problems.Unauthorized(
                                    "The token is wrong. It is in the file access-token of the data folder."
                                )
                            );
                    }
                }
            )
            .ExcludeFromDescription();

    private static async Task<CommandOutcome> WaitAsync(
        IAppliance appliance,
        string id,
        double seconds,
        CancellationToken cancellationToken
    )
    {
        try
        {
            using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
            limit.CancelAfter(TimeSpan.FromSeconds(Math.Clamp(seconds, 0, WaitMaxSeconds)));
            return await appliance.FinalOutcomeAsync(id, limit.Token);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return appliance.Outcome(id)
                ?? new CommandOutcome(id, CommandStage.Failed, "", "the command was forgotten");
        }
    }

    private static IResult Answer(CommandOutcome outcome) =>
        outcome.Stage switch
        {
            CommandStage.Refused => Problems.Result(Problems.Refused(outcome.Text)),
            CommandStage.Accepted => Results.Accepted($"/api/v1/commands/{outcome.Id}", ApiDocuments.Of(outcome)),
            _ => Results.Ok(ApiDocuments.Of(outcome)),
        };

    private static string Who(HttpContext context) => $"http:{context.Connection.RemoteIpAddress}";
}
