using System.Net.Http.Json;
using System.Text.Json;
using Holdfast.Testing;
using Xunit;

namespace Holdfast.Firmware.Tests.System;

/// <summary>The grid's broker is mosquitto, its people use mosquitto's clients, and it fails.</summary>
public sealed class GridBrokerTests
{
    [Fact]
    public async Task A_subscriber_sees_the_birth_the_telemetry_and_after_a_crash_the_will()
    {
        await using var broker = await Mosquitto.StartAsync();
        await using var states = await MosquittoSub.StartAsync(
            broker.Port,
            "-V",
            "5",
            "-v",
            "-t",
            "rack/sim/controller/state"
        );
        await using var temperatures = await MosquittoSub.StartAsync(broker.Port, "-t", "rack/sim/zone-a/temperature");
        await using var rack = await RackProcess.SimulatedAsync(more: Reporting(broker.Port));

        Assert.Contains("\"online\"", await states.NextAsync(), StringComparison.Ordinal);
        while (Member(await temperatures.NextAsync(), "quality") != "good") { }

        await rack.KillAsync();
        Assert.Contains("\"offline\"", await states.NextAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_request_with_a_response_topic_wakes_a_node_and_is_answered_with_what_was_observed()
    {
        await using var broker = await Mosquitto.StartAsync();
        await using var rack = await RackProcess.SimulatedAsync(more: Reporting(broker.Port));
        await rack.UntilAsync("/api/v1/nodes/node-13", node => Member(node, "state") == "off");
        await using var answers = await MosquittoSub.StartAsync(broker.Port, "-V", "5", "-t", "scheduler/answers");

        await MosquittoPub.RunAsync(
            broker.Port,
            [
                .. (string[])
                    ["-V", "5", "-q", "1", "-t", "rack/sim/node-13/command/wake", "-m", "{\"deadline_s\":600}"],
                .. (string[])["-D", "publish", "response-topic", "scheduler/answers"],
                .. (string[])["-D", "publish", "correlation-data", "17"],
            ]
        );

        var answer = await answers.NextAsync();
        Assert.Equal(("done", "on"), (Member(answer, "stage"), Member(answer, "observed")));
        Assert.Equal("on", await rack.NodeStateAsync("node-13"));
    }

    [Fact]
    public async Task Two_outages_of_the_broker_lose_no_event()
    {
        await using var broker = await Mosquitto.StartAsync();
        await using var cable = new Cable(broker.Port);
        await using var rack = await RackProcess.SimulatedAsync(more: Reporting(cable.Port));
        for (var outage = 0; outage < 2; outage++)
        {
            await rack.UntilAsync("/api/v1/rack", Connected);
            await broker.KillAsync();
            var before = await NewestAsync(rack);
            await HappenAsync(rack, maintain: outage == 0);
            await rack.UntilAsync("/api/v1/rack", document => Waiting(document) > 0);

            // The consumer is to be there before the rack is: a killed mosquitto has forgotten its session.
            cable.Cut();
            await broker.StartAgainAsync();
            await using var events = await MosquittoSub.StartAsync(broker.Port, "-q", "1", "-t", "rack/sim/event");
            cable.Mend();

            // What happens now may come before what waited.
            var newest = await NewestAsync(rack);
            var missing = Enumerable.Range((int)before + 1, (int)(newest - before)).Select(i => (long)i).ToHashSet();
            while (missing.Count > 0)
            {
                missing.Remove(
                    JsonDocument.Parse(await events.NextAsync()).RootElement.GetProperty("sequence").GetInt64()
                );
            }
        }
    }

    /// <summary>The sequence of the newest event, 0 while a rack that has just started has none.</summary>
    private static async Task<long> NewestAsync(RackProcess rack) =>
        (await rack.GetAsync("/api/v1/events?limit=1"))
            .EnumerateArray()
            .Select(row => row.GetProperty("sequence").GetInt64())
            .FirstOrDefault();

    private static async Task HappenAsync(RackProcess rack, bool maintain)
    {
        foreach (var node in (string[])["node-14", "node-15", "node-16"])
        {
            using var reply = await rack.Http.PostAsJsonAsync(
                $"/api/v1/nodes/{node}/{(maintain ? "maintain" : "release")}",
                new { deadline_s = 30 }
            );
            Assert.True(reply.IsSuccessStatusCode, await reply.Content.ReadAsStringAsync());
        }
    }

    private static string Reporting(int port) => $$""","mqtt":{"broker":"127.0.0.1:{{port}}"}""";

    private static bool Connected(JsonElement rack) =>
        rack.GetProperty("gateway").GetProperty("connected").GetBoolean();

    private static long Waiting(JsonElement rack) => rack.GetProperty("gateway").GetProperty("waiting").GetInt64();

    private static string? Member(string json, string name) => Member(JsonDocument.Parse(json).RootElement, name);

    private static string? Member(JsonElement json, string name) => json.GetProperty(name).GetString();
}
