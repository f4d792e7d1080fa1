using System.Text.Json;
using Holdfast.Testing;
using Xunit;

namespace Holdfast.Firmware.Tests.System;

/// <summary>The whole appliance, commanded from afar: by schedulers, by operators with keys, by its twins.</summary>
public sealed class RemoteTests : IDisposable
{
    private readonly DirectoryInfo folder = Directory.CreateTempSubdirectory("holdfast-remote-");

    public void Dispose() => folder.Delete(recursive: true);

    [Fact]
    public async Task The_scheduler_of_the_documentation_wakes_a_node_and_puts_it_to_sleep_again()
    {
        Counterpart.Require("/usr/lib/python3/dist-packages/paho/mqtt/client.py", "python3-paho-mqtt");
        await using var rack = await RackProcess.SimulatedAsync(speed: 40);
        await rack.UntilAsync("/api/v1/nodes/node-13", node => State(node) == "off");
        var script = SourceTree.PathOf("docs/examples/scheduler.py");
        var (code, output) = await Programs.RunAsync("/usr/bin/python3", script, "127.0.0.1", Port(rack), "sim");

        Assert.True(code == 0, output);
        var lines = await File.ReadAllLinesAsync(script);
        Assert.InRange(lines.Count(line => line.Length > 0 && !line.StartsWith('"')), 1, 20);
        Assert.Matches(@"left: [\d.]+ W; asleep: node-", output);
        Assert.Matches(@"wake: node-\d+ is on", output);
        Assert.Matches(@"off: node-\d+ is off", output);
    }

    [Fact]
    public async Task Mosquitto_sees_a_long_command_come_to_its_end_step_by_step()
    {
        await using var rack = await RackProcess.SimulatedAsync(speed: 40);
        await rack.UntilAsync("/api/v1/nodes/node-13", node => State(node) == "off");
        await using var answers = await MosquittoSub.StartAsync(
            rack.Process.Mqtt!.Port,
            [.. (string[])["-V", "5", "-t", "answers", "-F", "%P %p"]]
        );
        await MosquittoPub.RunAsync(
            rack.Process.Mqtt!.Port,
            [
                .. (string[])["-V", "5", "-q", "1", "-t", "rack/sim/node-13/command/wake", "-n"],
                .. (string[])
                    ["-D", "publish", "response-topic", "answers", "-D", "publish", "user-property", "hf-stream", "1"],
                .. (string[])["-D", "publish", "correlation-data", "17"],
            ]
        );
        List<string> parts = [await answers.NextAsync()];
        while (!parts[^1].Contains("hf-final:true", StringComparison.Ordinal))
        {
            parts.Add(await answers.NextAsync());
        }

        Assert.Contains("\"stage\":\"accepted\"", parts[0], StringComparison.Ordinal);
        Assert.Contains(parts, part => part.Contains("\"stage\":\"waking\"", StringComparison.Ordinal));
        Assert.Contains("\"stage\":\"done\",\"observed\":\"on\"", parts[^1], StringComparison.Ordinal);
        Assert.All(
            parts.Index(),
            part => Assert.Contains($"hf-part:{part.Index} ", part.Item, StringComparison.Ordinal)
        );
    }

    [Fact]
    public async Task With_an_access_file_only_the_operator_switches_off_and_all_tries_are_on_record()
    {
        await using var rack = await RackProcess.SimulatedAsync(speed: 40);
        await rack.UntilAsync("/api/v1/nodes/node-01", node => State(node) == "on");
        var key = Path.Combine(folder.FullName, "ana.key");
        var (_, entry) = await Programs.HoldfastAsync("operator", "keygen", "ana", key);
        await File.WriteAllTextAsync(
            Path.Combine(rack.Data, "access.json"),
            $$"""{"access":1,"operators":[{{entry}}]}"""
        );

        var (refused, why) = await Programs.HoldfastAsync([.. Request(rack), "node-01", "off"]);
        Assert.Equal(1, refused);
        Assert.Contains("needs an operator's signature", why, StringComparison.Ordinal);

        var (done, said) = await Programs.HoldfastAsync([.. Request(rack), "node-01", "off", "--operator-key", key]);
        Assert.True(done == 0, said);
        Assert.Contains("node-01 is off.", said, StringComparison.Ordinal);
        Assert.DoesNotContain("PRIVATE", said, StringComparison.Ordinal);

        var events = (await rack.GetAsync("/api/v1/events?limit=200"))
            .EnumerateArray()
            .Where(e => e.GetProperty("subject").GetString() == "node-01")
            .Select(e => e.GetProperty("code").GetString())
            .ToArray();
        Assert.Superset(
            new HashSet<string?> { "command-denied", "command-accepted", "command-done" },
            events.ToHashSet()
        );
        if (!OperatingSystem.IsWindows())
        {
            Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(key));
        }
    }

    [Fact]
    public async Task A_command_signed_elsewhere_is_sent_with_mosquitto_and_counts_once()
    {
        await using var rack = await RackProcess.SimulatedAsync(speed: 40);
        await rack.UntilAsync("/api/v1/nodes/node-01", node => State(node) == "on");
        var key = Path.Combine(folder.FullName, "ana.key");
        var (_, entry) = await Programs.HoldfastAsync("operator", "keygen", "ana", key);
        await File.WriteAllTextAsync(
            Path.Combine(rack.Data, "access.json"),
            $$"""{"access":1,"operators":[{{entry}}]}"""
        );
        var (code, arguments) = await Programs.HoldfastAsync(
            "operator",
            "sign",
            "node-01",
            "off",
            "{}",
            "--rack",
            "sim",
            "--operator-key",
            key
        );
        Assert.True(code == 0, arguments);
        var rr = Counterpart.Require("mosquitto_rr", "mosquitto-clients");
        string Send(string answers) => $"{rr} -h 127.0.0.1 -p {Port(rack)} -e {answers} -W 30 -F '%P' {arguments}";

        Assert.Contains(
            "__stat:200",
            (await Programs.RunAsync("sh", "-c", Send("mine"))).Output,
            StringComparison.Ordinal
        );
        // The same again gets the same answer; in another guise it is a replay.
        Assert.Contains(
            "__stat:200",
            (await Programs.RunAsync("sh", "-c", Send("mine"))).Output,
            StringComparison.Ordinal
        );
        Assert.Contains(
            "__stat:401",
            (await Programs.RunAsync("sh", "-c", Send("others"))).Output,
            StringComparison.Ordinal
        );
    }

    [Fact]
    public async Task A_twin_is_set_observed_and_outlives_kill_9()
    {
        await using var rack = await RackProcess.SimulatedAsync(speed: 40);
        await rack.UntilAsync("/api/v1/nodes/node-13", node => State(node) == "off");

        var (set, said) = await Programs.HoldfastAsync([
            .. Twin(rack, "set"),
            "node-13",
            "power=on",
            "labels.owner=ana",
            "--expect",
            "0",
        ]);
        Assert.True(set == 0, said);
        Assert.Contains("version 1 is desired of node-13 and observed: on.", said, StringComparison.Ordinal);
        var (stale, why) = await Programs.HoldfastAsync([
            .. Twin(rack, "set"),
            "node-13",
            "power=off",
            "--expect",
            "0",
        ]);
        Assert.Equal(1, stale);
        Assert.Contains("version 1, not 0", why, StringComparison.Ordinal);

        await rack.KillAndRestartAsync();
        await rack.UntilAsync("/api/v1/nodes/node-13", node => State(node) == "on");
        var (_, json) = await Programs.HoldfastAsync([.. Twin(rack, "get"), "node-13", "--json"]);
        var twin = JsonDocument.Parse(json).RootElement;
        Assert.Equal(
            """{"labels":{"owner":"ana"},"power":"on"}""",
            twin.GetProperty("desired").GetProperty("desired").GetRawText()
        );
        var (watched, seen) = await Programs.HoldfastAsync([.. Twin(rack, "watch"), "node-13", "--count", "2"]);
        Assert.True(watched == 0, seen);
        Assert.Contains("rack/sim/node-13/twin/desired {\"version\":1,", seen, StringComparison.Ordinal);
        Assert.Contains("rack/sim/node-13/twin/reported {", seen, StringComparison.Ordinal);
    }

    private static string[] Request(RackProcess rack) =>
        ["operator", "request", "--broker", $"mqtt://127.0.0.1:{Port(rack)}"];

    private static string[] Twin(RackProcess rack, string verb) =>
        ["twin", verb, "--broker", $"mqtt://127.0.0.1:{Port(rack)}"];

    private static string Port(RackProcess rack) => $"{rack.Process.Mqtt!.Port}";

    private static string? State(JsonElement node) => node.GetProperty("state").GetString();
}
