using System.Net;
using Holdfast.Firmware.CommandLine;
using Holdfast.Testing;
using Xunit;

namespace Holdfast.Firmware.Tests.CommandLine;

/// <summary><c>holdfast mqtt bridge</c>: what its file may say, and that it carries over TLS.</summary>
public sealed class BridgeCommandTests : IDisposable
{
    private const string Good = """
        {
          // As in docs/mqtt.md.
          "id": "region-7",
          "data": "bridge",
          "local": { "broker": "127.0.0.1:1883" },
          "upstream": [{ "name": "hub", "broker": "hub.example:8883", "ca_file": "hub-ca.pem" }],
          "mode": "all",
          "budget_mb": 100,
          "up": [{ "filter": "rack/#", "class": "state", "remove": "rack/", "add": "site/7/" }],
          "down": [{ "filter": "site/7/+/+/command/+", "remove": "site/7/", "add": "rack/" }],
        }
        """;

    private readonly DirectoryInfo folder = Directory.CreateTempSubdirectory("holdfast-bridge-");

    public void Dispose() => folder.Delete(recursive: true);

    [Fact]
    public async Task A_good_file_is_said_to_be_good_and_nothing_is_made()
    {
        var path = Write(Good);
        var run = await CommandRun.OfAsync("mqtt", "bridge", "--config", path, "--check");
        Assert.Equal((ExitCode.Ok, $"{path} is good.\n", ""), (run.ExitCode, run.Output, run.Error));
        Assert.False(Directory.Exists(Path.Combine(folder.FullName, "bridge")));
    }

    [Theory]
    [InlineData("region-7", "a/b", "\"id\" must be a name of 1 to 64 characters")]
    [InlineData("127.0.0.1:1883", "127.0.0.1", "\"broker\" must be HOST:PORT, as mqtt.example:8883; not \"127.0.0.1\"")]
    [InlineData("hub.example:8883", "hub.example:99999", "\"broker\" must be HOST:PORT")]
    [InlineData("\"name\"", "\"nome\"", "line 6: there is no member \"nome\"")]
    [InlineData(
        "\"ca_file\": \"hub-ca.pem\"",
        "\"version\": \"4\"",
        "\"version\" must be \"5\" or \"3.1.1\", not \"4\""
    )]
    [InlineData("\"ca_file\"", "\"key_file\"", "hub: \"certificate_file\" and \"key_file\" go together")]
    [InlineData("\"ca_file\": \"hub-ca.pem\"", "\"envelope\": true", "hub: \"envelope\" is for a broker of 3.1.1")]
    [InlineData(
        "\"ca_file\": \"hub-ca.pem\"",
        "\"backlog_per_second\": 0",
        "hub: \"backlog_per_second\" must be above 0"
    )]
    [InlineData("\"rack/#\"", "\"rack#\"", "\"rack#\" is no topic filter")]
    [InlineData("\"budget_mb\": 100", "\"budget_mb\": 1", "\"budget_mb\" must be 64 to 1000000")]
    [InlineData("\"mode\": \"all\"", "\"gap_topic\": \"a/#\"", "\"gap_topic\" must be a topic, without + and #")]
    [InlineData("\"id\": \"region-7\",", "", "id")]
    [InlineData("\"data\"", "data", "line 4: ")]
    public async Task What_is_wrong_with_a_file_is_said_in_one_line(string good, string bad, string says)
    {
        Assert.Contains(good, Good, StringComparison.Ordinal);
        var path = Write(Good.Replace(good, bad, StringComparison.Ordinal));
        var run = await CommandRun.OfAsync("mqtt", "bridge", "--config", path, "--check");
        var line = run.Failed(ExitCode.Usage);
        Assert.StartsWith($"{path}: ", line, StringComparison.Ordinal);
        Assert.Contains(says, line, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_file_that_is_not_there_or_has_no_rule_is_told()
    {
        var run = await CommandRun.OfAsync("mqtt", "bridge", "--config", "/nowhere/b.json", "--check");
        Assert.Contains("/nowhere/b.json", run.Failed(ExitCode.Usage), StringComparison.Ordinal);
        var idle = Write(
            """{ "id": "b", "data": "d", "local": { "broker": "h:1" }, "upstream": [{ "broker": "h:1" }, { "broker": "h:1" }] }"""
        );
        var line = (await CommandRun.OfAsync("mqtt", "bridge", "--config", idle)).Failed(ExitCode.Usage);
        Assert.Contains("two of \"upstream\" have the same name", line, StringComparison.Ordinal);
        Assert.Contains("neither \"up\" nor \"down\"", line, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_certificate_that_is_not_there_is_told_at_the_start()
    {
        var run = await CommandRun.OfAsync("mqtt", "bridge", "--config", Write(Good));
        Assert.StartsWith("cannot start: ", run.Failed(ExitCode.CannotStart), StringComparison.Ordinal);
        Assert.Contains("hub-ca.pem", run.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task It_carries_over_TLS_where_both_sides_know_each_other_by_certificate()
    {
        using var certificates = new Certificates();
        await using var near = await Mosquitto.StartAsync();
        await using var far = await Mosquitto.StartAsync(
            path => certificates.WriteServer(path, IPAddress.Loopback),
            "cafile {folder}/ca.pem",
            "certfile {folder}/server.pem",
            "keyfile {folder}/server.key",
            "require_certificate true",
            "use_identity_as_username true"
        );
        certificates.WriteServer(folder.FullName, IPAddress.Loopback);
        certificates.WriteClient(folder.FullName, "region-7");
        var path = Write(
            $$"""
            {
              "id": "region-7",
              "data": "bridge",
              "local": { "broker": "127.0.0.1:{{near.Port}}" },
              "upstream": [{
                "name": "hub", "broker": "127.0.0.1:{{far.Port}}",
                "ca_file": "ca.pem", "certificate_file": "client.pem", "key_file": "client.key"
              }],
              "budget_mb": 100,
              "up": [{ "filter": "rack/#", "class": "state" }],
              "down": [{ "filter": "hub/#", "remove": "hub/", "add": "rack/" }]
            }
            """
        );
        string[] tls = ["--cafile", In("ca.pem"), "--cert", In("client.pem"), "--key", In("client.key"), "-q", "1"];
        await using var hub = await MosquittoSub.StartAsync(far.Port, [.. tls, "-t", "rack/#", "-v"]);
        await using var rack = await MosquittoSub.StartAsync(near.Port, "-q", "1", "-t", "rack/command/#", "-v");
        var said = new StringWriter();
        using var stop = new CancellationTokenSource();
        var running = Cli.RunAsync(
            ["mqtt", "bridge", "--config", path],
            new Terminal(TextWriter.Synchronized(said), TextWriter.Synchronized(said), false),
            stop.Token
        );
        await MosquittoPub.RunAsync(near.Port, "-q", "1", "-r", "-t", "rack/n1/state", "-m", "on");
        Assert.Equal("rack/n1/state on", await hub.NextAsync());
        await MosquittoPub.RunAsync(far.Port, [.. tls, "-r", "-t", "hub/command/wake", "-m", "n1"]);
        Assert.Equal("rack/command/wake n1", await rack.NextAsync());
        await stop.CancelAsync();
        Assert.Equal(ExitCode.Ok, await running);
        Assert.Contains("hub: connected", said.ToString(), StringComparison.Ordinal);

        var shown = await CommandRun.OfAsync("outbox", "show", "--data", In("bridge"));
        Assert.Contains("disk ", shown.Output, StringComparison.Ordinal);
        Assert.Contains(" of 100 MB\n", shown.Output, StringComparison.Ordinal);
    }

    private string In(string name) => Path.Combine(folder.FullName, name);

    private string Write(string text)
    {
        File.WriteAllText(In("bridge.json"), text);
        return In("bridge.json");
    }
}
