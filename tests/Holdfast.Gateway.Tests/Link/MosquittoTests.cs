using System.Net;
using Holdfast.Gateway.Commands;
using Holdfast.Mqtt;
using Holdfast.Testing;
using Xunit;

namespace Holdfast.Gateway.Tests.Link;

/// <summary>The gateway at a stranger's broker, watched and commanded with mosquitto's own clients.</summary>
public sealed class MosquittoTests
{
    private const string Line = "%t %q %r %p";

    [Theory]
    [InlineData(MqttVersion.V5)]
    [InlineData(MqttVersion.V311)]
    public async Task Mosquitto_sub_sees_births_telemetry_events_and_the_end(MqttVersion version)
    {
        await using var mosquitto = await Mosquitto.StartAsync();
        await using var watcher = await WatchAsync(mosquitto);
        await using (var gateway = GatewayRig.Start(mosquitto.Port, with: o => o with { Version = version }))
        {
            gateway.Record(1, 1);
            await SeeAsync(watcher, "rack/r1/controller/state 1 0 {\"state\":\"online\",");
            await SeeAsync(
                watcher,
                "rack/r1/n1/state 1 0 {\"state\":\"off\",",
                "rack/r1/zone-a/temperature 1 0 {\"value\":24.5,\"unit\":\"°C\",\"quality\":\"good\",",
                "rack/r1/zone-a/humidity 1 0 {\"value\":null,\"unit\":\"%\",\"quality\":\"absent\",",
                "rack/r1/event 1 0 {\"sequence\":1,"
            );
            gateway.State = "waking";
            await SeeAsync(watcher, "rack/r1/n1/state 1 0 {\"state\":\"waking\",");
        }

        await SeeAsync(watcher, "rack/r1/controller/state 1 0 {\"state\":\"offline\",");
    }

    [Fact]
    public async Task Who_comes_later_finds_the_last_states_retained_and_no_event()
    {
        await using var mosquitto = await Mosquitto.StartAsync();
        await using var gateway = GatewayRig.Start(mosquitto.Port);
        gateway.Record(1, 1);
        await gateway.DeliveredAsync();
        await using var late = await WatchAsync(mosquitto);
        string[] found =
        [
            await late.NextAsync(),
            await late.NextAsync(),
            await late.NextAsync(),
            await late.NextAsync(),
        ];
        gateway.Record(2, 2);

        Assert.All(found, line => Assert.Equal("1", line.Split(' ')[2]));
        Assert.Contains(found, line => line.StartsWith("rack/r1/controller/state", StringComparison.Ordinal));
        await SeeAsync(late, "rack/r1/event 1 0 {\"sequence\":2,");
    }

    [Fact]
    public async Task The_will_is_seen_when_the_connection_is_cut_and_a_birth_when_it_is_mended()
    {
        await using var mosquitto = await Mosquitto.StartAsync();
        await using var watcher = await WatchAsync(mosquitto, "rack/r1/controller/state");
        await using var cable = new Cable(mosquitto.Port);
        await using var gateway = GatewayRig.Start(cable.Port);
        await SeeAsync(watcher, "rack/r1/controller/state 1 0 {\"state\":\"online\",");
        cable.Cut();
        await SeeAsync(watcher, "rack/r1/controller/state 1 0 {\"state\":\"offline\",");
        cable.Mend();
        await SeeAsync(watcher, "rack/r1/controller/state 1 0 {\"state\":\"online\",");
    }

    [Fact]
    public async Task Mosquitto_pub_wakes_a_node_and_gets_the_observed_result()
    {
        await using var mosquitto = await Mosquitto.StartAsync();
        await using var gateway = GatewayRig.Start(mosquitto.Port);
        await using var ready = await WatchAsync(mosquitto, "rack/r1/controller/state");
        await SeeAsync(ready, "rack/r1/controller/state");
        await using var asker = await AnswersAsync(mosquitto);
        await MosquittoPub.RunAsync(mosquitto.Port, Request("wake", "{\"deadline_s\":60}", "id-7"));

        var command = await gateway.Rack.NextAsync();
        Assert.Equal(("n1", "wake", "mqtt:ana"), (command.Target, command.Verb, command.Who));
        Assert.Equal(TimeSpan.FromSeconds(60), command.Deadline);
        gateway.Rack.Answer(command, new GatewayReply(200, "done", "on", "n1 is on"));
        var answer = await asker.NextAsync();
        Assert.StartsWith(
            $$"""id-7 {"id":"{{command.Id}}","stage":"done","observed":"on","text":"n1 is on"} """,
            answer,
            StringComparison.Ordinal
        );
        Assert.EndsWith("__stat:200 __stMsg:n1 is on", answer, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("explode", "{}", "no such command")]
    [InlineData("on", "{\"deadline\":1}", "no JSON object")]
    public async Task A_request_that_makes_no_sense_is_answered_so(string verb, string payload, string words)
    {
        await using var mosquitto = await Mosquitto.StartAsync();
        await using var gateway = GatewayRig.Start(mosquitto.Port);
        await using var ready = await WatchAsync(mosquitto, "rack/r1/controller/state");
        await SeeAsync(ready, "rack/r1/controller/state");
        await using var asker = await AnswersAsync(mosquitto);
        await MosquittoPub.RunAsync(mosquitto.Port, Request(verb, payload, "id-8"));

        var answer = await asker.NextAsync();
        Assert.Contains(words, answer, StringComparison.Ordinal);
        Assert.Contains("__stat:400", answer, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_command_from_a_client_of_3_1_1_is_carried_out()
    {
        await using var mosquitto = await Mosquitto.StartAsync();
        await using var gateway = GatewayRig.Start(mosquitto.Port, with: o => o with { Version = MqttVersion.V311 });
        await using var ready = await WatchAsync(mosquitto, "rack/r1/controller/state");
        await SeeAsync(ready, "rack/r1/controller/state");
        await MosquittoPub.RunAsync(mosquitto.Port, "-V", "311", "-q", "1", "-t", "rack/r1/n1/command/off", "-n");

        Assert.Equal("off", (await gateway.Rack.NextAsync()).Verb);
    }

    [Fact]
    public async Task Over_tls_both_sides_know_each_other_by_certificate()
    {
        using var certificates = new Certificates();
        await using var mosquitto = await Mosquitto.StartAsync(
            folder => certificates.WriteServer(folder, IPAddress.Loopback),
            "cafile {folder}/ca.pem",
            "certfile {folder}/server.pem",
            "keyfile {folder}/server.key",
            "require_certificate true"
        );
        using var mine = certificates.Issue("r1", null);
        var tls = certificates.ClientOptions(mine);
        await using var gateway = GatewayRig.Start(mosquitto.Port, with: options => options with { Tls = tls });
        gateway.Record(1, 3);

        await gateway.DeliveredAsync();
        Assert.True(gateway.Link.IsConnected);
    }

    /// <summary>Correlation data, payload and user properties of what comes to the response topic.</summary>
    private static Task<MosquittoSub> AnswersAsync(Mosquitto mosquitto) =>
        MosquittoSub.StartAsync(mosquitto.Port, "-V", "5", "-t", "answers", "-F", "%D %p %P");

    private static Task<MosquittoSub> WatchAsync(Mosquitto mosquitto, string topic = "rack/#") =>
        MosquittoSub.StartAsync(mosquitto.Port, "-V", "5", "-q", "1", "-t", topic, "-F", Line);

    /// <summary>Reads until lines that begin so were there, in any order; what was before the connection is told late, between everything else.</summary>
    private static async Task SeeAsync(MosquittoSub watcher, params string[] starts)
    {
        var open = starts.ToList();
        for (var others = 0; open.Count > 0; others++)
        {
            Assert.True(others < 20, $"not seen: {string.Join(", ", open)}");
            var line = await watcher.NextAsync();
            open.RemoveAll(start => line.StartsWith(start, StringComparison.Ordinal));
        }
    }

    private static string[] Request(string verb, string payload, string correlation) =>
        [
            .. new[] { "-V", "5", "-q", "1", "-t", $"rack/r1/n1/command/{verb}", "-m", payload },
            .. new[] { "-D", "publish", "response-topic", "answers" },
            .. new[] { "-D", "publish", "correlation-data", correlation },
            .. new[] { "-D", "publish", "user-property", "__srcId", "ana" },
        ];
}
