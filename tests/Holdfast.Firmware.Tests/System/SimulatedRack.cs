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
    private readonly string http;
    private ApplianceProcess process;

    private SimulatedRack(DirectoryInfo folder, string http, ApplianceProcess process)
    {
        this.http = http;
        this.folder = folder;
        this.process = process;
        Http = NewClient(process);
    }

    public static string Program => Path.Combine(AppContext.BaseDirectory, "holdfast.dll");

    public HttpClient Http { get; private set; }

    public ApplianceProcess Process => process;

    public string Data => Path.Combine(folder.FullName, "data");

    /// <param name="speed">The time lapse.</param>
    /// <param name="more">More members of the board file, as JSON text that starts with a comma; empty: none.</param>
    /// <param name="http">Where it serves the page; by default on a port of the system's choice, another at each start.</param>
    /// <param name="faults">A fault script (hil/README.md); empty: none.</param>
    public static async Task<SimulatedRack> StartAsync(
        double speed = 20,
        string more = "",
        string faults = "",
        string http = "127.0.0.1:0"
    )
    {
        var folder = Directory.CreateTempSubdirectory("holdfast-system-");
        var board = Path.Combine(folder.FullName, "board.json");
        await File.WriteAllTextAsync(
            board,
            $$"""{"board":1,"inherits":"sim","simulator":{"ports":"any","speed":{{speed}}}{{more}}}"""
        );
        await File.WriteAllTextAsync(Path.Combine(folder.FullName, "faults"), faults);
        return new SimulatedRack(folder, http, await LaunchAsync(folder, http));
    }

    /// <summary>kill -9, and the same rack again on the same data.</summary>
    public async Task KillAndRestartAsync()
    {
        await KillAsync();
        await RestartAsync();
    }

    public Task KillAsync() => process.KillAsync();

    /// <summary>The same rack again on the same data, after its end.</summary>
    public async Task RestartAsync()
    {
        await process.DisposeAsync();
        Http.Dispose();
        process = await LaunchAsync(folder, http);
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

    private static Task<ApplianceProcess> LaunchAsync(DirectoryInfo folder, string http) =>
        ApplianceProcess.StartAsync(
            Program,
            [
                .. (string[])["--board", Path.Combine(folder.FullName, "board.json")],
                .. (string[])["--data", Path.Combine(folder.FullName, "data")],
                .. (string[])["--faults", Path.Combine(folder.FullName, "faults")],
                .. (string[])["--http", http, "--mqtt", "127.0.0.1:0"],
            ]
        );

    private static HttpClient NewClient(ApplianceProcess process) => new() { BaseAddress = process.Page };
}
