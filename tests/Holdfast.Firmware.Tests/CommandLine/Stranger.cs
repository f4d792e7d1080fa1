using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace Holdfast.Firmware.Tests.CommandLine;

/// <summary>A web server that is no Holdfast, and says the same to everybody.</summary>
internal sealed class Stranger : IAsyncDisposable
{
    private readonly WebApplication app;

    private Stranger(WebApplication app) => this.app = app;

    public string Url => app.Urls.Single();

    public static async Task<Stranger> StartAsync(string words)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, 0));
        var app = builder.Build();
        app.Run(context => context.Response.WriteAsync(words));
        await app.StartAsync();
        return new Stranger(app);
    }

    public ValueTask DisposeAsync() => app.DisposeAsync();
}
