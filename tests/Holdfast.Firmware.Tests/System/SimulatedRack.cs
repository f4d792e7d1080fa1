using System.Net.Http.Json;
using System.Text.Json;
using Holdfast.Testing;
using Xunit;

namespace Holdfast.Firmware.Tests.System;

/// <summary>
/// The whole appliance on the simulated container, in a process of its own: its board inherits <c>sim</c>, lets the system choose
/// the ports, and runs faster than life.
/// </summary>
internal sealed class SimulatedRack : IAsyncDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private readonly DirectoryInfo folder;
    private ApplianceProcess process;

    private SimulatedRack(DirectoryInfo folder, ApplianceProcess process)
    {
        this.folder = folder;
        this.process = process;
        Http = NewClient(process);
    }

    public static string Program => Path.Combine(AppContext.BaseDirectory, "holdfast.dll");

    public HttpClient Http { get; private set; }

    public ApplianceProcess Process => process;

    public string Data => Path.Combine(folder.FullName, "data");

    private string Board => Path.Combine(folder.FullName, "board.json");

    /// <param name="speed">The time lapse.</param>
    /// <param name="more">More members of the board file, as JSON text that starts with a comma; empty: none.</param>
    public static async Task<SimulatedRack> StartAsync(double speed = 20, string more = "")
    {
        var folder = Directory.CreateTempSubdirectory("holdfast-system-");
        var board = Path.Combine(folder.FullName, "board.json");
        await File.WriteAllTextAsync(
            board,
            $$"""{"board":1,"inherits":"sim","simulator":{"ports":"any","speed":{{speed}}}{{more}}}"""
        );
        return new SimulatedRack(folder, await LaunchAsync(board, Path.Combine(folder.FullName, "data")));
    }

    /// <summary>kill -9, and the same rack again on the same data.</summary>
    public async Task KillAndRestartAsync()
    {
        await process.KillAsync();
        await process.DisposeAsync();
        Http.Dispose();
        process = await LaunchAsync(Board, Data);
        Http = NewClient(process);
    }

    public async Task<JsonElement> GetAsync(string path) =>
        await Http.GetFromJsonAsync<JsonElement>(new Uri(path, UriKind.Relative));

    public async Task<string> NodeStateAsync(string node) =>
        (await GetAsync($"/api/v1/nodes/{node}")).GetProperty("state").GetString()!;

    /// <summary>Waits until the page's document satisfies a condition; fails with the last document.</summary>
    public async Task<JsonElement> UntilAsync(string path, Func<JsonElement, bool> condition)
    {
        using var limit = new CancellationTokenSource(Patience);
        using var timer = new PeriodicTimer(TimeSpan.FromMilliseconds(100));
        JsonElement last = default;
        while (!limit.IsCancellationRequested)
        {
            last = await GetAsync(path);
            if (condition(last))
            {
                return last;
            }

            await timer.WaitForNextTickAsync();
        }

        Assert.Fail($"{path} did not become what the test waits for: {last}\n{process.Output}");
        return last;
    }

    public async ValueTask DisposeAsync()
    {
        Http.Dispose();
        await process.DisposeAsync();
        folder.Delete(recursive: true);
    }

    private static Task<ApplianceProcess> LaunchAsync(string board, string data) =>
        ApplianceProcess.StartAsync(
            Program,
            "--board",
            board,
            "--data",
            data,
            "--http",
            "127.0.0.1:0",
            "--mqtt",
            "127.0.0.1:0"
        );

    private static HttpClient NewClient(ApplianceProcess process) => new() { BaseAddress = process.Page };
}
