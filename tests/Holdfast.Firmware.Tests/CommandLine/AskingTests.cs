using System.Text.Json;
using Holdfast.Firmware.Appliance;
using Holdfast.Firmware.CommandLine;
using Holdfast.Firmware.Tests.Http;
using Holdfast.Rack;
using Holdfast.Testing;
using Xunit;

namespace Holdfast.Firmware.Tests.CommandLine;

/// <summary>What the command line shows of a running appliance.</summary>
public sealed class AskingTests
{
    private static readonly string[] Questions = ["status", "nodes", "sensors", "events"];

    [Fact]
    public async Task Status_tells_the_rack_at_a_glance()
    {
        await using var face = await RunningFace.StartAsync();
        face.Rack.ShowNode("node-01", NodeState.On);
        var run = await CommandRun.OnAsync(face, "status");
        Assert.Equal("Rack sim: 1 on, 15 unknown", run.Lines()[0]);
        Assert.Contains("from an unknown source, battery unknown", run.Output, StringComparison.Ordinal);
        Assert.Contains("zone-a   unknown (absent)", run.Output, StringComparison.Ordinal);
        Assert.Contains("No alarms.", run.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Alarms_are_shown_with_what_to_do()
    {
        await using var face = await RunningFace.StartAsync();
        var alarm = new Alarm(
            "zone-a",
            "fan-stopped",
            Severity.Error,
            FakeAppliance.Start,
            "fan-a1 stands still: replace it."
        );
        face.Rack.Show(view => view with { Snapshot = view.Snapshot with { Alarms = [alarm] } });
        var run = await CommandRun.OnAsync(face, "status");
        Assert.Contains("fan-a1 stands still: replace it.", run.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Tables_fit_into_80_columns()
    {
        await using var face = await RunningFace.StartAsync();
        face.Rack.ShowNode("node-13", NodeState.Fault, true, "it was told to start and was not seen within 180 s");
        foreach (var question in Questions)
        {
            var run = await CommandRun.OnAsync(face, question);
            Assert.Equal((ExitCode.Ok, ""), (run.ExitCode, run.Error));
            Assert.All(run.Lines(), line => Assert.True(line.Length <= Terminal.Width, line));
        }
    }

    [Fact]
    public async Task Why_measurements_cannot_be_kept_is_said()
    {
        await using var face = await RunningFace.StartAsync();
        var run = await CommandRun.OnAsync(face, "status");
        Assert.DoesNotContain("cannot be kept", run.Output, StringComparison.Ordinal);
        face.Rack.Show(view => view with { Gateway = view.Gateway with { Problem = "the disk is full" } });
        run = await CommandRun.OnAsync(face, "status");
        Assert.Contains("MQTT: measurements cannot be kept, the disk is full\n", run.Output, StringComparison.Ordinal);
        var json = JsonDocument.Parse((await CommandRun.OnAsync(face, "status", "--json")).Output).RootElement;
        Assert.Equal("the disk is full", json.GetProperty("gateway").GetProperty("problem").GetString());
    }

    [Theory]
    [InlineData("status", "rack time version power zones nodes alarms gateway")]
    [InlineData("nodes", "name zone state wanted since reason rack_unit height power_max_w can_wake machine")]
    [InlineData("sensors", "name label kind zone node role value unit quality age_s")]
    [InlineData("events", "sequence time severity subject code text")]
    public async Task Json_has_the_documented_members(string command, string members)
    {
        await using var face = await RunningFace.StartAsync();
        face.Rack.Happen("something");
        ShowSensor(face, "Inlet");
        var run = await CommandRun.OnAsync(face, command, "--json");
        var document = JsonDocument.Parse(Assert.Single(run.Lines())).RootElement;
        ReadingTests.Names(document.ValueKind == JsonValueKind.Array ? document[0] : document, members);
    }

    [Fact]
    public async Task Without_events_json_is_an_empty_list()
    {
        await using var face = await RunningFace.StartAsync();
        Assert.Equal("[]\n", (await CommandRun.OnAsync(face, "events", "--json")).Output);
    }

    [Fact]
    public async Task Events_are_one_a_line_oldest_first()
    {
        await using var face = await RunningFace.StartAsync();
        for (var i = 1; i <= 5; i++)
        {
            face.Rack.Happen($"event {i}");
        }

        var lines = (await CommandRun.OnAsync(face, "events", "--limit", "2")).Lines();
        Assert.Equal(["event 4", "event 5"], lines.Select(line => line[^7..]));
    }

    [Fact]
    public async Task A_devices_own_words_do_not_command_the_terminal()
    {
        await using var face = await RunningFace.StartAsync();
        face.Rack.Happen("node-01 is a \u001b[2JEvil[red] box");
        ShowSensor(face, "\u001b]0;Evil\u0007 [bold]probe");
        var events = await CommandRun.OnAsync(face, "events");
        var sensors = await CommandRun.OnAsync(face, "sensors");
        Assert.Contains("?[2JEvil[red] box", events.Output, StringComparison.Ordinal);
        Assert.Contains("?]0;Evil? [bold]probe", sensors.Output, StringComparison.Ordinal);
        Assert.DoesNotContain('\u001b', events.Output + sensors.Output);
    }

    [Fact]
    public async Task Where_no_appliance_runs_the_remedy_is_said()
    {
        foreach (var question in Questions)
        {
            var run = await CommandRun.OfAsync(question, "--url", $"http://127.0.0.1:{LoopbackPort.Free()}");
            var line = run.Failed(ExitCode.NotReachable);
            Assert.StartsWith("no appliance answers at http://127.0.0.1:", line, StringComparison.Ordinal);
            Assert.EndsWith("'holdfast run' starts it, --url names another.", line, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task Another_server_is_not_taken_for_an_appliance()
    {
        await using var stranger = await Stranger.StartAsync("<html>It works!</html>");
        var run = await CommandRun.OfAsync("status", "--url", stranger.Url);
        Assert.Equal($"what answers at {stranger.Url}/ is no Holdfast.", run.Failed(ExitCode.NotReachable));
    }

    [Fact]
    public async Task The_token_is_read_from_a_file()
    {
        const string Token = "0123456789abcdef0123";
        await using var face = await RunningFace.StartAsync(Token);
        var file = Path.GetTempFileName();
        await File.WriteAllTextAsync(file, Token + "\n");
        Assert.Equal(ExitCode.Ok, (await CommandRun.OnAsync(face, "nodes", "--token-file", file)).ExitCode);
        var without = (await CommandRun.OnAsync(face, "nodes")).Failed(ExitCode.NotReachable);
        Assert.EndsWith("name a file that holds it with --token-file.", without, StringComparison.Ordinal);
        await File.WriteAllTextAsync(file, "not a token\nat all");
        var bad = (await CommandRun.OnAsync(face, "nodes", "--token-file", file)).Failed(ExitCode.Usage);
        Assert.StartsWith($"the token file {file} holds no token", bad, StringComparison.Ordinal);
        File.Delete(file);
        var missing = (await CommandRun.OnAsync(face, "nodes", "--token-file", file)).Failed(ExitCode.Usage);
        Assert.StartsWith($"the token file {file} cannot be read", missing, StringComparison.Ordinal);
    }

    private static void ShowSensor(RunningFace face, string label)
    {
        var sensor = new SensorView(
            new SensorId("temp-a1"),
            label,
            SensorKind.Temperature,
            null,
            null,
            "",
            Reading.Absent(Unit.Celsius)
        );
        face.Rack.Show(view => view with { Sensors = [sensor] });
    }
}
