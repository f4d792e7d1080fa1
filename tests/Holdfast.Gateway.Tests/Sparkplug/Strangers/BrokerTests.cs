using Holdfast.Gateway.Sparkplug;
using Holdfast.Gateway.Sparkplug.Host;
using Holdfast.Gateway.Topics;
using Holdfast.Mqtt;
using Holdfast.Testing;
using Xunit;

namespace Holdfast.Gateway.Tests.Sparkplug.Strangers;

/// <summary>Edge nodes and hosts, ours and npm's sparkplug-client, through mosquitto and through our own broker.</summary>
public sealed class BrokerTests
{
    [Theory]
    [InlineData("mosquitto")]
    [InlineData("own")]
    public async Task Our_host_follows_our_edge_node_through_births_data_commands_and_deaths(string kind)
    {
        await using var broker = await AnyBroker.StartAsync(kind);
        await using var host = new RunningHost(broker.Port);
        HostUpdate death;
        await using (var edge = new RunningEdge(broker.Port, EdgeRig.Plan with { Commands = true }))
        {
            await host.UntilAsync(HostNews.NodeBorn);
            await host.UntilAsync(HostNews.DeviceBorn, "leak-a");
            edge.State.Tell(Telemetry.Of("zone-a", "fan-mode", "full"));
            var data = await host.UntilAsync(HostNews.Data, "zone-a");
            Assert.Contains(data.Metrics, m => (m.Name, m.Value) is ("fan-mode", "full"));

            Assert.True(
                await host.Link.CommandAsync(
                    "site",
                    "r1",
                    "n1",
                    [("Device Control/Power", DataType.Boolean, true)],
                    default
                )
            );
            Assert.Equal(("n1", "on"), ((await edge.Rack.NextAsync()) is var c ? (c.Target, c.Verb) : default));
            var result = await host.UntilAsync(HostNews.Data, "n1");
            Assert.Contains(result.Metrics, m => (m.Name, m.Value) is ("Device Control/Result", "on done: n1 is on"));

            edge.State.Tell(Telemetry.Of("leak-a", "state", "unknown"));
            await host.UntilAsync(HostNews.DeviceDied, "leak-a");
        }

        death = await host.UntilAsync(HostNews.NodeDied);
        Assert.All(death.Metrics, m => Assert.Equal(MetricQuality.Stale, m.Quality));
    }

    [Theory]
    [InlineData("mosquitto", MqttVersion.V5)]
    [InlineData("mosquitto", MqttVersion.V311)]
    [InlineData("own", MqttVersion.V5)]
    public async Task A_cut_is_told_by_the_will_with_the_bdseq_of_the_birth_and_mended_with_the_next(
        string kind,
        MqttVersion version
    )
    {
        await using var broker = await AnyBroker.StartAsync(kind);
        await using var cable = new Cable(broker.Port);
        await using var watcher = await NodePeer.StartAsync("watch", $"{broker.Port}");
        await watcher.UntilAsync(e => e.GetProperty("event").GetString() == "ready");
        await using var edge = new RunningEdge(cable.Port, version: version);
        var born = await BdSeqAsync(watcher, "NBIRTH");
        cable.Cut();
        Assert.Equal(born, await BdSeqAsync(watcher, "NDEATH"));
        cable.Mend();
        Assert.True(await BdSeqAsync(watcher, "NBIRTH") > born);
    }

    [Theory]
    [InlineData("mosquitto")]
    [InlineData("own")]
    public async Task Nothing_is_born_while_the_primary_host_is_away_and_the_session_ends_with_it(string kind)
    {
        await using var broker = await AnyBroker.StartAsync(kind);
        await using var watcher = await NodePeer.StartAsync("watch", $"{broker.Port}");
        await watcher.UntilAsync(e => e.GetProperty("event").GetString() == "ready");
        await using var edge = new RunningEdge(broker.Port, EdgeRig.Plan with { PrimaryHost = "scada" });
        long born;
        await using (var host = new RunningHost(broker.Port))
        {
            await host.UntilAsync(HostNews.NodeBorn);
            born = await BdSeqAsync(watcher, "NBIRTH");
        }

        Assert.Equal(born, await BdSeqAsync(watcher, "NDEATH"));
        await using var again = new RunningHost(broker.Port);
        await again.UntilAsync(HostNews.NodeBorn);
        Assert.True(await BdSeqAsync(watcher, "NBIRTH") > born);
    }

    [Theory]
    [InlineData("mosquitto")]
    [InlineData("own")]
    public async Task Our_host_follows_sparkplug_client_and_gets_its_births_again_when_a_number_is_missing(string kind)
    {
        await using var broker = await AnyBroker.StartAsync(kind);
        await using var host = new RunningHost(broker.Port);
        await using var pump = await NodePeer.StartAsync("edge", $"{broker.Port}");
        var born = await host.UntilAsync(HostNews.DeviceBorn, "pump");
        Assert.Equal(("strangers", "pump-house"), (born.Group, born.EdgeNode));
        Assert.Contains(born.Metrics, m => (m.Name, m.Value) is ("flow", 1.5));
        Assert.Contains(born.Metrics, m => (m.Name, m.Value) is ("running", true));

        await pump.WriteAsync("flow 2.5");
        Assert.Equal(2.5, (await host.UntilAsync(HostNews.Data, "pump")).Metrics[0].Value);

        await pump.WriteAsync("skip");
        await pump.WriteAsync("flow 3.5");
        var asked = await pump.UntilAsync(e => e.GetProperty("event").GetString() == "ncmd");
        Assert.Equal(
            "Node Control/Rebirth",
            asked.GetProperty("payload").GetProperty("metrics")[0].GetProperty("name").GetString()
        );
        await host.UntilAsync(HostNews.NodeBorn);

        await host.UntilAsync(HostNews.DeviceBorn, "pump");
        await host.Link.CommandAsync(
            "strangers",
            "pump-house",
            "pump",
            [("running", DataType.Boolean, false)],
            default
        );
        var command = await pump.UntilAsync(e => e.GetProperty("event").GetString() == "dcmd");
        Assert.Equal("pump", command.GetProperty("device").GetString());

        await pump.WriteAsync("die");
        await host.UntilAsync(HostNews.DeviceDied, "pump");
        await pump.KillAsync();
        await host.UntilAsync(HostNews.NodeDied);
    }

    [Theory]
    [InlineData("mosquitto")]
    [InlineData("own")]
    public async Task Sparkplug_client_reads_our_edge_node(string kind)
    {
        await using var broker = await AnyBroker.StartAsync(kind);
        await using var watcher = await NodePeer.StartAsync("watch", $"{broker.Port}");
        await watcher.UntilAsync(e => e.GetProperty("event").GetString() == "ready");
        await using var edge = new RunningEdge(broker.Port);
        var zone = await watcher.UntilAsync(e => $"{e.GetProperty("topic")}" == "spBv1.0/site/DBIRTH/r1/zone-a");
        var metric = zone.GetProperty("payload").GetProperty("metrics")[0];
        Assert.Equal(
            ("temperature", "Double", 24.5),
            (
                metric.GetProperty("name").GetString(),
                metric.GetProperty("type").GetString(),
                metric.GetProperty("value").GetDouble()
            )
        );
        edge.State.Tell(Telemetry.Of("power", "source", "battery"));
        await watcher.UntilAsync(e => $"{e.GetProperty("topic")}" == "spBv1.0/site/NDATA/r1");
    }

    private static async Task<long> BdSeqAsync(NodePeer watcher, string verb)
    {
        var message = await watcher.UntilAsync(e => $"{e.GetProperty("topic")}" == $"spBv1.0/site/{verb}/r1");
        return message
            .GetProperty("payload")
            .GetProperty("metrics")
            .EnumerateArray()
            .Single(m => m.GetProperty("name").GetString() == "bdSeq")
            .GetProperty("value")
            .GetInt64();
    }
}
