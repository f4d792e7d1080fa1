using System.Diagnostics;
using System.Net;
using System.Net.Http.Json;
using System.Net.Sockets;
using System.Text.Json;
using Holdfast.Testing;
using Xunit;

namespace Holdfast.Firmware.Tests.System;

/// <summary>What goes wrong around the appliance is said in a sentence, and nothing is lost.</summary>
public sealed class TroubleTests
{
    [Fact]
    public async Task A_page_port_in_use_is_named_with_the_option_that_helps()
    {
        using var other = Listen();
        var (code, output) = await FailAsync("--http", $"{other.LocalEndpoint}", "--mqtt", "127.0.0.1:0");
        Assert.Equal(4, code);
        Assert.Contains($"{other.LocalEndpoint}", output, StringComparison.Ordinal);
        Assert.Contains("--http", output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_broker_port_in_use_is_named_with_the_option_that_helps()
    {
        using var other = Listen();
        var (code, output) = await FailAsync("--http", "127.0.0.1:0", "--mqtt", $"{other.LocalEndpoint}");
        Assert.Equal(4, code);
        Assert.Contains($"{other.LocalEndpoint}", output, StringComparison.Ordinal);
        Assert.Contains("--mqtt", output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_data_folder_that_cannot_be_is_named()
    {
        var (code, output) = await FailAsync(
            "--http",
            "127.0.0.1:0",
            "--mqtt",
            "127.0.0.1:0",
            "--data",
            "/proc/holdfast"
        );
        Assert.Equal(4, code);
        Assert.Contains("/proc/holdfast", output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Two_appliances_on_one_data_folder_are_not_started()
    {
        await using var rack = await RackProcess.SimulatedAsync();
        var (code, output) = await FailAsync("--http", "127.0.0.1:0", "--mqtt", "127.0.0.1:0", "--data", rack.Data);
        Assert.Equal(4, code);
        Assert.Contains(rack.Data, output, StringComparison.Ordinal);
        Assert.Equal("ok", (await rack.GetAsync("/healthz")).GetProperty("status").GetString());
    }

    /// <summary>The limit of the file size stands in for a full disk: every write fails, and works again later.</summary>
    [Fact]
    public async Task While_the_disk_is_full_commands_are_refused_and_cooling_goes_on_and_afterwards_nothing_is_missing()
    {
        await using var rack = await RackProcess.SimulatedAsync();
        await rack.UntilAsync("/api/v1/rack", HasGoodTemperatures);

        await LimitFilesAsync(rack, "500");
        await rack.UntilAsync("/api/v1/rack", document => Alarms(document).Contains("storage-failed"));
        using (var refused = await rack.Http.PostAsJsonAsync("/api/v1/nodes/node-16/maintain", new { deadline_s = 30 }))
        {
            Assert.Equal(HttpStatusCode.Conflict, refused.StatusCode);
            Assert.Contains("recorded", await refused.Content.ReadAsStringAsync(), StringComparison.Ordinal);
        }

        Assert.True(HasGoodTemperatures(await rack.GetAsync("/api/v1/rack")));

        await LimitFilesAsync(rack, "unlimited");
        await rack.UntilAsync("/api/v1/rack", document => !Alarms(document).Contains("storage-failed"));
        using (
            var accepted = await rack.Http.PostAsJsonAsync("/api/v1/nodes/node-16/maintain", new { deadline_s = 30 })
        )
        {
            Assert.True(accepted.IsSuccessStatusCode, await accepted.Content.ReadAsStringAsync());
        }

        await rack.KillAndRestartAsync();
        var events = (await rack.GetAsync("/api/v1/events?after=0&limit=1000")).EnumerateArray().ToArray();
        Assert.Equal(
            Enumerable.Range(1, events.Length).Select(i => (long)i),
            events.Select(e => e.GetProperty("sequence").GetInt64())
        );
        Assert.Equal("maintenance", await rack.NodeStateAsync("node-16"));
    }

    private static TcpListener Listen()
    {
        var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return listener;
    }

    /// <summary>Starts it where it must end by itself. Whatever the reason, a technician gets no stack trace.</summary>
    private static async Task<(int Code, string Output)> FailAsync(params string[] arguments)
    {
        var folder = Directory.CreateTempSubdirectory("holdfast-trouble-");
        var board = Path.Combine(folder.FullName, "board.json");
        await File.WriteAllTextAsync(board, """{"board":1,"inherits":"sim","simulator":{"ports":"any"}}""");
        string[] data = arguments.Contains("--data") ? [] : ["--data", Path.Combine(folder.FullName, "data")];
        var start = new ProcessStartInfo(
            "dotnet",
            [RackProcess.Program, "run", "--board", board, .. data, .. arguments]
        )
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        using var process = Process.Start(start)!;
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(60));
        var output = process.StandardOutput.ReadToEndAsync(limit.Token);
        var error = process.StandardError.ReadToEndAsync(limit.Token);
        try
        {
            await process.WaitForExitAsync(limit.Token);
        }
        finally
        {
            if (!process.HasExited)
            {
                process.Kill();
            }
        }

        var said = await error + await output;
        folder.Delete(recursive: true);
        Assert.DoesNotContain("   at ", said, StringComparison.Ordinal);
        Assert.DoesNotContain("Exception", said, StringComparison.Ordinal);
        return (process.ExitCode, said);
    }

    private static async Task LimitFilesAsync(RackProcess rack, string bytes)
    {
        var prlimit = Counterpart.Require("prlimit", "util-linux");
        using var process = Process.Start(prlimit, ["--pid", $"{rack.Process.Id}", $"--fsize={bytes}:unlimited"]);
        await process.WaitForExitAsync();
        Assert.Equal(0, process.ExitCode);
    }

    private static bool HasGoodTemperatures(JsonElement rack) =>
        rack.GetProperty("zones").EnumerateArray().All(zone => zone.GetProperty("quality").GetString() == "good");

    private static IEnumerable<string?> Alarms(JsonElement rack) =>
        rack.GetProperty("alarms").EnumerateArray().Select(alarm => alarm.GetProperty("code").GetString());
}
