using System.Net;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Unicode;
using Holdfast.Firmware.Appliance;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Server.Kestrel.Core;

namespace Holdfast.Firmware.Http;

/// <summary>The appliance's HTTP face: health, the API under /api/v1 with its OpenAPI document, the stream, the page.</summary>
internal static class HttpFace
{
    public const int BodyLengthMax = 16 * 1024;

    /// <summary>Builds a server that is not started yet.</summary>
    /// <param name="token">The access token; empty on the loopback.</param>
    /// <param name="clock">For waits and limits; the system's where it is left out.</param>
    public static WebApplication Build(
        IAppliance appliance,
        IPEndPoint endpoint,
        byte[] token,
        TimeProvider? clock = null
    )
    {
        clock ??= TimeProvider.System;
        var app = NewServer(endpoint);
        var gatekeeper = new Gatekeeper(token, clock);
        app.Use(next => context => ErrorAnswers.InvokeAsync(context, next));
        app.Use(next => context => gatekeeper.InvokeAsync(context, next));
        ReadRoutes.Map(app, appliance, clock);
        CommandRoutes.Map(app, appliance, clock);
        SignIn.Map(app, gatekeeper);
        var stream = new EventStream(appliance, clock, app.Lifetime.ApplicationStopping);
        app.MapGet(
                "/api/v1/stream",
                ([FromHeader(Name = "Last-Event-ID")] string? lastEventId, HttpContext context) =>
                    stream.ServeAsync(context, lastEventId)
            )
            .Produces(StatusCodes.Status200OK, contentType: "text/event-stream")
            .WithSummary("The rack and its events as they change (server-sent events)");
        app.MapOpenApi("/api/v1/openapi.json");
        PageFiles.Map(app);
        app.MapFallback(context => Problems.WriteAsync(context, Problems.Nowhere));
        return app;
    }

    private static WebApplication NewServer(IPEndPoint endpoint)
    {
        var builder = WebApplication.CreateSlimBuilder(
            new WebApplicationOptions { ContentRootPath = AppContext.BaseDirectory }
        );
        builder.Logging.ClearProviders();
        builder.Services.AddOpenApi();
        builder.Services.ConfigureHttpJsonOptions(json =>
        {
            json.SerializerOptions.PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower;
            json.SerializerOptions.Encoder = JavaScriptEncoder.Create(UnicodeRanges.All);
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
        return builder.Build();
    }
}
