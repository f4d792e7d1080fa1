using System.Net;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json;
using Holdfast.Firmware.Http;
using Holdfast.Testing;
using Microsoft.AspNetCore.Builder;
using Xunit;

namespace Holdfast.Firmware.Tests.Http;

/// <summary>The HTTP face on a free loopback port, with a rack and a clock of the test's.</summary>
internal sealed class RunningFace : IAsyncDisposable
{
    private readonly WebApplication app;

    private RunningFace(WebApplication app, FakeAppliance rack, ManualTimeProvider clock)
    {
        this.app = app;
        Rack = rack;
        Clock = clock;
        Url = new Uri(app.Urls.Single());
        Http = new HttpClient(new SocketsHttpHandler { AllowAutoRedirect = false, UseCookies = false })
        {
            BaseAddress = Url,
            Timeout = TimeSpan.FromSeconds(30),
        };
    }

    public FakeAppliance Rack { get; }

    public ManualTimeProvider Clock { get; }

    public Uri Url { get; }

    public HttpClient Http { get; }

    /// <param name="token">The access token, as on an address of the network; empty: as on the loopback.</param>
    public static async Task<RunningFace> StartAsync(string token = "")
    {
        var (rack, clock) = (new FakeAppliance(), new ManualTimeProvider());
        var app = HttpFace.Build(rack, new IPEndPoint(IPAddress.Loopback, 0), Encoding.UTF8.GetBytes(token), clock);
        await app.StartAsync();
        return new RunningFace(app, rack, clock);
    }

    public Task<HttpResponseMessage> GetAsync(string path) => Http.GetAsync(new Uri(path, UriKind.Relative));

    public Task<JsonElement> JsonAsync(string path) =>
        Http.GetFromJsonAsync<JsonElement>(new Uri(path, UriKind.Relative));

    public Task<HttpResponseMessage> PostAsync(string path, string body, string type = "application/json") =>
        Http.PostAsync(new Uri(path, UriKind.Relative), new StringContent(body, Encoding.UTF8, type));

    /// <summary>An error: its status, and a problem document that says the same and tells a remedy.</summary>
    public static async Task<string> ProblemAsync(HttpStatusCode status, HttpResponseMessage response)
    {
        Assert.Equal(status, response.StatusCode);
        Assert.Equal("application/problem+json", response.Content.Headers.ContentType?.MediaType);
        var problem = await response.Content.ReadFromJsonAsync<JsonElement>();
        Assert.Equal((int)status, problem.GetProperty("status").GetInt32());
        Assert.NotEqual("", problem.GetProperty("title").GetString());
        Assert.NotEqual("", problem.GetProperty("type").GetString());
        var detail = problem.GetProperty("detail").GetString()!;
        Assert.EndsWith(".", detail, StringComparison.Ordinal);
        return detail;
    }

    /// <summary>The rack lives while the test waits.</summary>
    public async Task TickWhileAsync(Task wait)
    {
        using var timer = new PeriodicTimer(TimeSpan.FromMilliseconds(50));
        while (!wait.IsCompleted && await timer.WaitForNextTickAsync())
        {
            Rack.Tick();
            Clock.Advance(TimeSpan.FromMilliseconds(500));
        }

        await wait;
    }

    public Task StopAsync(CancellationToken cancellationToken) => app.StopAsync(cancellationToken);

    public async ValueTask DisposeAsync()
    {
        Http.Dispose();
        await app.DisposeAsync();
    }
}
