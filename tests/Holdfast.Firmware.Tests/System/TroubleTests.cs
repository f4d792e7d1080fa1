using System.Diagnostics;
using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using Holdfast.Firmware.CommandLine;
using Holdfast.Firmware.Tests.CommandLine;
using Holdfast.Testing;
using Xunit;

namespace Holdfast.Firmware.Tests.System;

/// <summary>What goes wrong around the appliance is said in a sentence, and nothing is lost.</summary>
public sealed class TroubleTests
{
    [Fact]
    public async Task Two_appliances_on_one_data_folder_are_not_started()
    {
        await using var rack = await RackProcess.SimulatedAsync();
        var second = await CommandRun.OfAsync([
            "run",
            .. (string[])["--board", rack.Board, "--data", rack.Data],
            .. (string[])["--http", "127.0.0.1:0", "--mqtt", "127.0.0.1:0"],
        ]);
        Assert.Contains(rack.Data, second.Failed(ExitCode.CannotStart), StringComparison.Ordinal);
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
