using System.Globalization;
using System.Text;
using System.Text.Json;
using Holdfast.Firmware.CommandLine;
using Holdfast.Mqtt;
using Holdfast.Mqtt.Client;
using Holdfast.Testing;
using Xunit;

namespace Holdfast.Firmware.Tests.CommandLine;

/// <summary><c>holdfast mqtt</c> at a stranger's broker, beside a stranger's clients.</summary>
public sealed class MqttCommandTests : IDisposable
{
    private readonly DirectoryInfo folder = Directory.CreateTempSubdirectory("holdfast-mqtt-");
    private readonly CancellationTokenSource patience = new(TimeSpan.FromSeconds(30));

    public void Dispose()
    {
        folder.Delete(recursive: true);
        patience.Dispose();
    }

    [Fact]
    public async Task Mosquitto_sub_gets_what_pub_says_with_all_its_properties()
    {
        await using var mosquitto = await Mosquitto.StartAsync();
        await using var watcher = await MosquittoSub.StartAsync(
            mosquitto.Port,
            ["-V", "5", "-t", "a/#", "-q", "2", "-F", "%t %q %r %C %P %p"]
        );
        await PubAsync(mosquitto, "a/b", "-m", "hi you", "-q", "2", "--content-type", "text/plain", "-P", "who=me");
        Assert.Equal("a/b 2 0 text/plain who:me hi you", await watcher.NextAsync());
        await PubAsync(mosquitto, "a/b", "--hex", "68 69", "-q", "0");
        Assert.EndsWith("hi", await watcher.NextAsync(), StringComparison.Ordinal);
        await PubAsync(mosquitto, "a/b", "--base64", "aGk=", "--version", "3.1.1");
        Assert.EndsWith("hi", await watcher.NextAsync(), StringComparison.Ordinal);
        var file = Path.Combine(folder.FullName, "payload");
        await File.WriteAllTextAsync(file, "from a file", patience.Token);
        await PubAsync(mosquitto, "a/b", "--file", file);
        Assert.EndsWith("from a file", await watcher.NextAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Sub_shows_text_as_text_and_the_rest_in_hexadecimal()
    {
        await using var mosquitto = await Mosquitto.StartAsync();
        string[] payloads = ["6869", "68c3a4", "610a62", "00ff", "1b5b324a", "ffffffff"];
        foreach (var (i, payload) in payloads.Index())
        {
            await PubAsync(mosquitto, $"a/{i}", "--hex", payload, "--retain");
        }

        var run = await OnAsync(mosquitto, "sub", "a/#", "--count", "6");
        string[] shown = ["a/0 hi", "a/1 hä", "a/2 a\\nb", "a/3 hex 00ff", "a/4 hex 1b5b324a", "a/5 hex ffffffff"];
        Assert.Equal(ExitCode.Ok, run.ExitCode);
        Assert.Equal(shown, run.Lines().Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task Sub_tells_programs_everything()
    {
        await using var mosquitto = await Mosquitto.StartAsync();
        await PubAsync(mosquitto, "a", "-m", "1", "-r", "--expiry", "60", "-P", "x=1", "-P", "x=2=3");
        var run = await OnAsync(mosquitto, "sub", "a", "--json", "-c", "1");
        var message = JsonDocument.Parse(run.Output).RootElement;
        Assert.Equal(
            ("a", 1, true, "1"),
            (
                message.GetProperty("topic").GetString(),
                message.GetProperty("qos").GetInt32(),
                message.GetProperty("retain").GetBoolean(),
                message.GetProperty("payload").GetString()
            )
        );
        Assert.InRange(message.GetProperty("expiry_s").GetDouble(), 1, 60);
        Assert.Equal("2=3", message.GetProperty("properties")[1].GetProperty("value").GetString());
        Assert.False(message.TryGetProperty("payload_base64", out _));
    }

    [Fact]
    public async Task Sub_shows_sparkplug_as_json_with_the_names_of_the_births_it_has_seen()
    {
        await using var mosquitto = await Mosquitto.StartAsync();
        string[] sub = ["sub", "spBv1.0/#", "plain/#", "--sparkplug", "-i", "watcher", "--session", "60"];
        await PubAsync(mosquitto, "plain/ready", "-m", "go", "--retain");
        Assert.Equal("plain/ready go\n", (await OnAsync(mosquitto, [.. sub, "-c", "1"])).Output);
        await PubAsync(mosquitto, "spBv1.0/g/NBIRTH/r", "--hex", "1212 0a06736f75726365 1001 200c 7a0467726964 1800");
        await PubAsync(mosquitto, "spBv1.0/g/NDATA/r", "--hex", "120b 1001 7a0762617474657279 1801");
        await PubAsync(mosquitto, "spBv1.0/g/NDATA/r", "--hex", "ffff");
        await PubAsync(mosquitto, "plain/text", "-m", "plain");
        var run = await OnAsync(mosquitto, [.. sub, "-c", "4", "--no-retained"]);
        string[] expected =
        [
            """spBv1.0/g/NBIRTH/r {"seq":0,"metrics":[{"name":"source","alias":1,"type":"String","value":"grid"}]}""",
            """spBv1.0/g/NDATA/r {"seq":1,"metrics":[{"name":"source","alias":1,"type":"String","value":"battery"}]}""",
            "spBv1.0/g/NDATA/r hex ffff",
            "plain/text plain",
        ];
        Assert.Equal(expected, run.Lines());
    }

    [Fact]
    public async Task Sub_says_when_fewer_came_than_it_waited_for()
    {
        await using var mosquitto = await Mosquitto.StartAsync();
        await PubAsync(mosquitto, "a", "-m", "old", "--retain");
        var run = await OnAsync(mosquitto, "sub", "a", "--no-retained", "-c", "1", "--timeout", "0.2");
        Assert.Equal("0 of 1 messages came.", run.Failed(ExitCode.NotDone));
    }

    [Fact]
    public async Task A_request_shows_each_answer_to_the_last()
    {
        await using var mosquitto = await Mosquitto.StartAsync();
        await using var server = await MqttConnection.ConnectAsync(
            $"mqtt://127.0.0.1:{mosquitto.Port}",
            patience.Token
        );
        var serving = ServeAsync(server);
        await server.Client.SubscribeAsync([new MqttSubscription("unused")], patience.Token);
        var good = await OnAsync(mosquitto, "request", "work", "-m", "202,202,200");
        Assert.Equal((ExitCode.Ok, "202\n202\n200\n"), (good.ExitCode, good.Output));
        var bad = await OnAsync(mosquitto, "request", "work", "-m", "202,409", "--json");
        Assert.Equal((ExitCode.NotDone, 2), (bad.ExitCode, bad.Lines().Length));
        Assert.Equal("holdfast: it was refused: 409 because.\n", bad.Error);
        var cut = await OnAsync(mosquitto, "request", "work", "-m", "202,409", "--count", "1");
        Assert.Equal((ExitCode.Ok, "202\n"), (cut.ExitCode, cut.Output));
        var late = await OnAsync(mosquitto, "request", "nobody", "--empty", "--timeout", "0.1");
        Assert.Equal("nobody answered within 0.1 s.", late.Failed(ExitCode.NotDone));
        await server.DisposeAsync();
        await serving;
    }

    [Fact]
    public async Task A_bench_counts_what_comes()
    {
        await using var mosquitto = await Mosquitto.StartAsync("max_queued_messages 0");
        string[] load = ["bench", "-q", "1", "--publishers", "2", "--rate", "400", "--seconds", "0.5", "--json"];
        var run = await OnAsync(mosquitto, load);
        var measured = JsonDocument.Parse(run.Output).RootElement;
        Assert.Equal(
            (ExitCode.Ok, 200, 200, 0),
            (
                run.ExitCode,
                measured.GetProperty("published").GetInt32(),
                measured.GetProperty("received").GetInt32(),
                measured.GetProperty("missing").GetInt32()
            )
        );
        Assert.InRange(measured.GetProperty("p50_us").GetDouble(), 1, measured.GetProperty("p99_us").GetDouble());
    }

    [Fact]
    public async Task A_password_comes_from_a_file_and_is_never_shown()
    {
        await using var mosquitto = await Mosquitto.StartAsync(
            path => File.WriteAllText(Path.Combine(path, "users"), ""),
            "allow_anonymous false",
            "password_file {folder}/users"
        );
        var secret = Path.Combine(folder.FullName, "password");
        await File.WriteAllTextAsync(secret, "s3cret\n", patience.Token);
        var run = await OnAsync(mosquitto, "pub", "a", "-m", "x", "-u", "me", "--password-file", secret);
        var line = run.Failed(ExitCode.NotReachable);
        Assert.Contains("refused the connection: not authorized", line, StringComparison.Ordinal);
        Assert.DoesNotContain("s3cret", line, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("mqtt pub a", "say what to send: one of --message, --hex, --base64, --file, --empty or --lines")]
    [InlineData("mqtt pub a -m x --hex 00", "say what to send: one of")]
    [InlineData("mqtt pub a/# -m x", "'a/#' is no topic to publish to")]
    [InlineData("mqtt pub a --hex 0", "--hex needs pairs of hexadecimal digits, as 0aff")]
    [InlineData("mqtt pub a --base64 !", "--base64 needs Base64, as SGk=")]
    [InlineData("mqtt pub a --file /nowhere/x", "--file: /nowhere/x cannot be read")]
    [InlineData("mqtt pub a -m x -P y", "--property needs NAME=VALUE, not 'y'")]
    [InlineData("mqtt pub a -m x -q 3", "--qos must be 0 to 2, not '3'")]
    [InlineData("mqtt pub a -m x -b broker", "--broker: an address is mqtt://HOST:PORT")]
    [InlineData("mqtt pub a -m x -b mqtt://me:pw@h", "--broker: an address has no password")]
    [InlineData("mqtt pub a -m x --ca /x", "--ca and --cert need a broker at mqtts:// or wss://")]
    [InlineData("mqtt pub a -m x -b mqtts://h --ca /nowhere/ca", "--ca: /nowhere/ca cannot be read")]
    [InlineData("mqtt pub a -m x --key k", "--key needs --cert")]
    [InlineData("mqtt pub a -m x --scram", "--scram needs --user and --password-file")]
    [InlineData("mqtt pub a -m x --session 60", "--session needs --client-id")]
    [InlineData("mqtt pub a -m x --will-retain", "a will needs --will-topic")]
    [InlineData("mqtt pub a -m x --will-topic +", "--will-topic: '+' is no topic")]
    [InlineData("mqtt pub a -m x --proxy socks://h", "--proxy needs an address such as http://proxy.example:3128")]
    [InlineData("mqtt pub a -m x --proxy http://me:pw@h", "--proxy takes no password")]
    [InlineData("mqtt pub a -m x --password-file /nowhere/p", "the password file /nowhere/p cannot be read")]
    [InlineData("mqtt pub a -m x --version 4", "Must be one of: '5' '3.1.1'")]
    [InlineData("mqtt sub", "Required argument 'FILTER' missing")]
    [InlineData("mqtt sub a#", "'a#' is no topic filter: # stands alone at the end")]
    [InlineData("mqtt request a --empty --version 3.1.1", "requests need --version 5")]
    [InlineData("mqtt bench --size 1", "--size must be 8 to 200000, not '1'")]
    public async Task What_makes_no_sense_is_said_in_one_line(string arguments, string says)
    {
        var run = await CommandRun.OfAsync(arguments.Split(' '));
        Assert.Contains(says, run.Failed(ExitCode.Usage), StringComparison.Ordinal);
    }

    [Fact]
    public async Task No_broker_is_told_apart_from_wrong_usage()
    {
        var nowhere = $"mqtt://127.0.0.1:{LoopbackPort.Free()}";
        var run = await CommandRun.OfAsync("mqtt", "sub", "a", "--broker", nowhere);
        Assert.StartsWith("nothing listens on 127.0.0.1:", run.Failed(ExitCode.NotReachable), StringComparison.Ordinal);
    }

    private static async Task PubAsync(Mosquitto mosquitto, params string[] arguments)
    {
        var run = await OnAsync(mosquitto, ["pub", .. arguments]);
        Assert.Equal((ExitCode.Ok, "", ""), (run.ExitCode, run.Output, run.Error));
    }

    private static Task<CommandRun> OnAsync(Mosquitto mosquitto, params string[] arguments) =>
        CommandRun.OfAsync(["mqtt", .. arguments, "--broker", $"mqtt://127.0.0.1:{mosquitto.Port}"]);

    /// <summary>Answers with the statuses that it is asked for, one after the other.</summary>
    private async Task ServeAsync(MqttConnection server)
    {
        await foreach (var asked in server.SubscribeAsync("work", cancellationToken: patience.Token))
        {
            foreach (var status in asked.Text.Split(',').Select(s => int.Parse(s, CultureInfo.InvariantCulture)))
            {
                var answer = new MqttMessage(asked.ResponseTopic!, Encoding.UTF8.GetBytes($"{status}"))
                {
                    Qos = MqttQos.AtLeastOnce,
                    CorrelationData = asked.CorrelationData,
                    UserProperties = [new("__stat", $"{status}"), new("__stMsg", "because")],
                };
                await server.PublishAsync(answer, patience.Token);
            }
        }
    }
}
