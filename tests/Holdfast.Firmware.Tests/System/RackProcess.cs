using System.Net.Http.Json;
using System.Text.Json;
using Holdfast.Testing;
using Xunit;

namespace Holdfast.Firmware.Tests.System;

/// <summary>The whole appliance, in a process of its own with a folder of its own, as its users see it: by HTTP.</summary>
internal sealed class RackProcess : IAsyncDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private readonly DirectoryInfo folder;
    private readonly string[] arguments;
    private ApplianceProcess process;

    private RackProcess(DirectoryInfo folder, string[] arguments, ApplianceProcess process)
    {
        this.arguments = arguments;
        this.folder = folder;
        this.process = process;
        Http = NewClient(process);
    }

    public static string Program => Path.Combine(AppContext.BaseDirectory, "holdfast.dll");

    public HttpClient Http { get; private set; }

    public ApplianceProcess Process => process;

    public string Board => Path.Combine(folder.FullName, "board.json");

    public string Data => Path.Combine(folder.FullName, "data");

    /// <summary>On the simulated container, with ports that the system chooses, faster than life.</summary>
    /// <param name="speed">The time lapse.</param>
    /// <param name="more">More members of the board file, as JSON text that starts with a comma; empty: none. A BMC may name more.password.</param>
    /// <param name="faults">A fault script (hil/README.md); empty: none.</param>
    /// <param name="http">Where it serves the page; by default on a port of the system's choice, another at each start.</param>
    public static Task<RackProcess> SimulatedAsync(
        double speed = 20,
        string more = "",
        string faults = "",
        string http = "127.0.0.1:0"
    ) =>
        StartAsync(
            $$"""{"board":1,"inherits":"sim","simulator":{"ports":"any","speed":{{speed}}}{{more}}}""",
            folder =>
            {
                File.WriteAllText(Path.Combine(folder, "faults"), faults);
                File.WriteAllText(Path.Combine(folder, "more.password"), "secret");
            },
            http,
            "--faults"
        );

    /// <summary>On a board of the test's own.</summary>
    /// <param name="prepare">Puts what the board file names into its folder.</param>
    public static Task<RackProcess> StartAsync(string board, Action<string> prepare) =>
        StartAsync(board, prepare, "127.0.0.1:0");

    private static async Task<RackProcess> StartAsync(
        string board,
        Action<string> prepare,
        string http,
        params string[] fileOptions
    )
    {
        var folder = Directory.CreateTempSubdirectory("holdfast-system-");
        await File.WriteAllTextAsync(Path.Combine(folder.FullName, "board.json"), board);
        prepare(folder.FullName);
        string[] arguments =
        [
            .. (string[])["--board", Path.Combine(folder.FullName, "board.json")],
            .. (string[])["--data", Path.Combine(folder.FullName, "data")],
            .. (string[])["--http", http, "--mqtt", "127.0.0.1:0"],
            .. fileOptions.SelectMany(option => (string[])[option, Path.Combine(folder.FullName, option[2..])]),
        ];
        return new RackProcess(folder, arguments, await ApplianceProcess.StartAsync(Program, arguments));
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
        process = await ApplianceProcess.StartAsync(Program, arguments);
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

    private static HttpClient NewClient(ApplianceProcess process) => new() { BaseAddress = process.Page };
}
