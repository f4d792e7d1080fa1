using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using Holdfast.Firmware.CommandLine;
using Xunit;

namespace Holdfast.Firmware.Tests.CommandLine;

/// <summary>What keeps the appliance from starting is said in one line, with a remedy; exit code 4.</summary>
public sealed class StartTests : IDisposable
{
    private static readonly string Program = Path.Combine(AppContext.BaseDirectory, "holdfast.dll");

    private readonly DirectoryInfo folder = Directory.CreateTempSubdirectory("holdfast-start-");

    [Theory]
    [InlineData("--http", "choose another with --http")]
    [InlineData("--mqtt", "choose another port with --mqtt")]
    public async Task A_port_in_use_is_told(string option, string remedy)
    {
        using var taken = new TcpListener(IPAddress.Loopback, 0);
        taken.Start();
        var line = (await RunAsync(option, $"{taken.LocalEndpoint}")).Failed(ExitCode.CannotStart);
        Assert.StartsWith("cannot start: ", line, StringComparison.Ordinal);
        Assert.Contains($"{taken.LocalEndpoint}", line, StringComparison.Ordinal);
        Assert.Contains(remedy, line, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_address_that_is_not_this_machines_is_told() =>
        Assert.Contains(
            "choose another with --http",
            (await RunAsync("--http", "192.0.2.1:8080")).Failed(ExitCode.CannotStart),
            StringComparison.Ordinal
        );

    [Fact]
    public async Task The_embedded_broker_stays_on_this_machine() =>
        Assert.Contains(
            "the embedded broker serves this machine only",
            (await RunAsync("--mqtt", "0.0.0.0:0")).Failed(ExitCode.CannotStart),
            StringComparison.Ordinal
        );

    [Fact]
    public async Task A_broker_file_with_mistakes_is_told_with_their_place()
    {
        var file = Path.Combine(folder.FullName, "broker.json");
        await File.WriteAllTextAsync(file, """{ "listeners": [ { "adress": "0.0.0.0:1883" } ] }""");
        var line = (await RunAsync("--mqtt-config", file)).Failed(ExitCode.CannotStart);
        Assert.Contains($"{file}:1:", line, StringComparison.Ordinal);
        Assert.Contains("Did you mean \"address\"?", line, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_data_folder_that_is_a_file_is_told()
    {
        var file = Path.Combine(folder.FullName, "file");
        await File.WriteAllTextAsync(file, "");
        var line = (await RunAsync("--data", file)).Failed(ExitCode.CannotStart);
        Assert.Contains(file, line, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_script_of_faults_that_is_not_there_is_told() =>
        Assert.Contains(
            "check the name after --faults",
            (await RunAsync("--faults", Path.Combine(folder.FullName, "none"))).Failed(ExitCode.CannotStart),
            StringComparison.Ordinal
        );

    [Fact]
    public async Task The_program_as_its_user_starts_it_says_the_same()
    {
        var start = new ProcessStartInfo("dotnet", [Program, "status", "--url", "nowhere"])
        {
            RedirectStandardError = true,
            RedirectStandardOutput = true,
        };
        start.Environment["HOLDFAST_URL"] = "not an address";
        using var process = Process.Start(start)!;
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(30));
        var error = await process.StandardError.ReadToEndAsync(patience.Token);
        await process.WaitForExitAsync(patience.Token);
        Assert.Equal(ExitCode.Usage, process.ExitCode);
        Assert.StartsWith("holdfast: --url needs an address", error, StringComparison.Ordinal);
    }

    public void Dispose() => folder.Delete(recursive: true);

    private async Task<CommandRun> RunAsync(string option, string value)
    {
        var board = Path.Combine(folder.FullName, "board.json");
        await File.WriteAllTextAsync(board, """{ "board": 1, "inherits": "sim", "simulator": { "ports": "any" } }""");
        var options = new Dictionary<string, string>
        {
            ["--board"] = board,
            ["--data"] = Path.Combine(folder.FullName, "data"),
            ["--http"] = "127.0.0.1:0",
            ["--mqtt"] = "127.0.0.1:0",
            [option] = value,
        };
        if (option == "--mqtt-config")
        {
            options.Remove("--mqtt");
        }

        return await CommandRun.OfAsync(["run", .. options.SelectMany(o => new[] { o.Key, o.Value })]);
    }
}
