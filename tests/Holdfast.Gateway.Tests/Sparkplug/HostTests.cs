using System.Text.Json;
using Holdfast.Gateway.Sparkplug;
using Holdfast.Gateway.Sparkplug.Host;
using Holdfast.Gateway.Topics;
using Holdfast.Mqtt;
using Xunit;

namespace Holdfast.Gateway.Tests.Sparkplug;

/// <summary>A host follows edge nodes: births, data, deaths, and what is missing.</summary>
public sealed class HostTests
{
    private readonly EdgeRig edge = new(EdgeRig.Plan with { Commands = true });
    private readonly HostRig rig = new();

    private HostedThing Node => rig.Host.Find("site", "r1")!;

    private HostedThing Zone => rig.Host.Find("site", "r1", "zone-a")!;

    [Fact]
    public void It_reads_births_and_data_by_alias()
    {
        var updates = rig.Hear(edge.Connect().Births).Updates;
        Assert.Equal(HostNews.NodeBorn, updates[0].News);
        Assert.Equal(["n1", "zone-a", "meter-grid", "leak-a"], updates.Skip(1).Select(u => u.Device));
        edge.Tell(Telemetry.Of("zone-a", "temperature", Reading.Good(new Celsius(31), default)));
        var data = Assert.Single(rig.Hear(edge.Step()).Updates);
        Assert.Equal((HostNews.Data, "zone-a"), (data.News, data.Device));
        Assert.Equal(("temperature", 31.0), (data.Metrics[0].Name, data.Metrics[0].Value));
        Assert.Equal(
            (31.0, MetricQuality.Good, DataType.Double),
            (Zone.Metrics["temperature"].Value, Zone.Metrics["temperature"].Quality, Zone.Metrics["temperature"].Type)
        );
    }

    [Fact]
    public void A_null_value_keeps_its_quality()
    {
        rig.Hear(edge.Connect().Births);
        edge.Tell(Telemetry.Of("zone-a", "temperature", new Reading(1, Unit.Celsius, default, Quality.Stale)));
        rig.Hear(edge.Step());
        Assert.Equal(
            (null, MetricQuality.Stale),
            (Zone.Metrics["temperature"].Value, Zone.Metrics["temperature"].Quality)
        );
    }

    [Fact]
    public void After_the_death_of_a_node_it_and_its_devices_are_offline_and_stale_from_now_on()
    {
        var (will, births) = edge.Connect();
        rig.Hear(births);
        rig.Wait(10);
        var updates = rig.Hear(will.Message).Updates;
        Assert.Equal([HostNews.NodeDied, .. Enumerable.Repeat(HostNews.DeviceDied, 4)], updates.Select(u => u.News));
        Assert.All(
            updates.SelectMany(u => u.Metrics),
            m => Assert.Equal((MetricQuality.Stale, rig.Now), (m.Quality, m.At))
        );
        Assert.Equal((false, false, rig.Now), (Node.Online, Zone.Online, Zone.Since));
    }

    [Fact]
    public void A_death_of_an_older_connection_changes_nothing()
    {
        var (old, _) = edge.Connect();
        rig.Hear(edge.Connect().Births);
        Assert.Empty(rig.Hear(old.Message).Updates);
        Assert.True(Node.Online);
    }

    [Fact]
    public void After_the_death_of_a_device_it_is_offline_and_stale_from_the_time_in_the_message()
    {
        rig.Hear(edge.Connect().Births);
        edge.Tell(Telemetry.Of("leak-a", "state", "unknown"));
        var death = Assert.Single(edge.Step());
        var update = Assert.Single(rig.Hear(death.Message).Updates);
        Assert.Equal((HostNews.DeviceDied, "leak-a"), (update.News, update.Device));
        Assert.All(update.Metrics, m => Assert.Equal((MetricQuality.Stale, edge.Now), (m.Quality, m.At)));
        Assert.False(rig.Host.Find("site", "r1", "leak-a")!.Online);
        Assert.True(Zone.Online);
    }

    [Fact]
    public void A_device_of_the_same_name_at_another_node_is_another()
    {
        var other = new EdgeRig(EdgeRig.Plan with { EdgeNode = "r2" });
        rig.Hear(edge.Connect().Births);
        rig.Hear(other.Connect().Births);
        other.Tell(Telemetry.Of("zone-a", "fan-mode", "full"));
        rig.Hear(other.Step());
        Assert.Equal("auto", Zone.Metrics["fan-mode"].Value);
        Assert.Equal("full", rig.Host.Find("site", "r2", "zone-a")!.Metrics["fan-mode"].Value);
    }

    [Fact]
    public void What_comes_in_the_wrong_order_is_taken_in_the_right_one()
    {
        rig.Hear(edge.Connect().Births);
        var (first, second) = (Change("battery"), Change("grid"));
        Assert.Empty(rig.Hear(second).Updates);
        rig.Wait(1);
        Assert.Equal(["battery", "grid"], rig.Hear(first).Updates.Select(u => u.Metrics[0].Value));
        rig.Wait(10);
        Assert.Empty(rig.Tick().Send);
        Assert.Equal("battery", rig.Hear(Change("battery")).Updates[0].Metrics[0].Value);
    }

    [Fact]
    public void A_message_that_stays_away_makes_it_ask_for_a_rebirth_when_the_time_is_over()
    {
        rig.Hear(edge.Connect().Births);
        Change("battery");
        rig.Hear(Change("grid"));
        rig.Wait(1.9);
        Assert.Empty(rig.Tick().Send);
        rig.Wait(0.2);
        IsRebirth(Assert.Single(rig.Tick().Send));
        Assert.Empty(rig.Tick().Send);
    }

    [Fact]
    public void Data_of_an_unknown_node_or_device_make_it_ask_for_a_rebirth_but_not_all_the_time()
    {
        edge.Connect();
        IsRebirth(Assert.Single(rig.Hear(Change("battery")).Send));
        Assert.Empty(rig.Hear(Change("grid")).Send);
        rig.Wait(3);
        Assert.Single(rig.Hear(Change("battery")).Send);
    }

    [Fact]
    public void Its_rebirth_request_is_obeyed_and_all_is_well_again()
    {
        edge.Connect();
        var request = Assert.Single(rig.Hear(Change("battery")).Send);
        edge.Edge.Receive(request);
        rig.Hear(edge.Step(2));
        Assert.True(Zone.Online);
        Assert.Equal("battery", Node.Metrics["power/source"].Value);
    }

    [Fact]
    public void A_command_is_written_by_alias_to_the_device_with_its_time_and_without_a_number()
    {
        rig.Hear(edge.Connect().Births);
        var command = rig.Host.Command(
            "site",
            "r1",
            "n1",
            [("Device Control/Power", DataType.Boolean, false)],
            rig.Now
        );
        var sent = new Sent(command);
        Assert.Equal("spBv1.0/site/DCMD/r1/n1", command.Topic);
        Assert.Equal((MqttQos.AtMostOnce, false), (command.Qos, command.Retain));
        Assert.False(sent.Payload.HasSeq);
        Assert.Equal((ulong)rig.Now.ToUnixTimeMilliseconds(), sent.Payload.Timestamp);
        var metric = Assert.Single(sent.Payload.Metrics);
        Assert.True(metric is { HasAlias: true, HasName: false });
        Assert.Equal("off", edge.Edge.Receive(command).Commands[0].Verb);
    }

    [Fact]
    public void Its_will_says_offline_at_the_time_of_the_connect_and_its_birth_online_with_the_same_time()
    {
        IsState(rig.Host.Will(rig.Now), false, rig.Now);
        var connected = rig.Now;
        rig.Wait(3);
        IsState(rig.Host.Birth(), true, connected);
        rig.Wait(60);
        IsState(rig.Host.Death(rig.Now), false, rig.Now);
    }

    [Fact]
    public void Told_that_it_is_offline_it_says_again_that_it_is_not()
    {
        rig.Host.Will(rig.Now);
        rig.Host.Birth();
        var late = rig.Hear(new HostState(false, 1).Message("scada"));
        IsState(Assert.Single(late.Send), true, rig.Now);
        Assert.Empty(rig.Hear(new HostState(true, 1).Message("scada")).Send);
        Assert.Empty(rig.Hear(new HostState(false, 1).Message("other")).Send);
        rig.Host.Death(rig.Now);
        Assert.Empty(rig.Hear(new HostState(false, 1).Message("scada")).Send);
    }

    [Fact]
    public void It_listens_to_its_own_state_and_to_the_groups()
    {
        Assert.Equal(["spBv1.0/STATE/scada", "spBv1.0/#"], rig.Host.Subscriptions.Select(s => s.Filter));
        var one = new SparkplugHost(new SparkplugHostPlan("scada") { Groups = ["site"] });
        Assert.Equal(["spBv1.0/STATE/scada", "spBv1.0/site/#"], one.Subscriptions.Select(s => s.Filter));
    }

    [Fact]
    public void A_metric_that_was_not_born_is_not_taken()
    {
        rig.Hear(edge.Connect().Births);
        var payload = EdgeRig.PayloadOf(
            [
                new()
                {
                    Name = "never-born",
                    BooleanValue = true,
                    Datatype = 11,
                },
            ],
            1
        );
        payload.Seq = 5;
        var update = Assert.Single(
            rig.Hear(new MqttMessage("spBv1.0/site/NDATA/r1", PayloadCodec.Write(payload))).Updates
        );
        Assert.Empty(update.Metrics);
        Assert.DoesNotContain("never-born", Node.Metrics.Keys);
    }

    [Fact]
    public void What_makes_no_sense_is_counted_and_changes_nothing()
    {
        rig.Hear(edge.Connect().Births);
        rig.Hear(new MqttMessage("spBv1.0/site/NDATA/r1", new byte[] { 0xFF, 0xFF }));
        rig.Hear(new MqttMessage("spBv1.0/site/NDATA", default));
        Assert.Equal(1, rig.Host.Dropped);
        Assert.True(Node.Online);
    }

    private MqttMessage Change(string source)
    {
        edge.Tell(Telemetry.Of("power", "source", source));
        return Assert.Single(edge.Step()).Message;
    }

    private static void IsRebirth(MqttMessage message)
    {
        var sent = new Sent(message);
        Assert.Equal("spBv1.0/site/NCMD/r1", message.Topic);
        Assert.Equal((MqttQos.AtMostOnce, false), (message.Qos, message.Retain));
        Assert.False(sent.Payload.HasSeq);
        Assert.True(sent.Payload.HasTimestamp);
        Assert.True(sent["Node Control/Rebirth"].BooleanValue);
    }

    private static void IsState(MqttMessage message, bool online, DateTimeOffset at)
    {
        Assert.Equal("spBv1.0/STATE/scada", message.Topic);
        Assert.Equal((MqttQos.AtLeastOnce, true), (message.Qos, message.Retain));
        var root = JsonDocument.Parse(message.Payload).RootElement;
        Assert.Equal(2, root.EnumerateObject().Count());
        Assert.Equal(online, root.GetProperty("online").GetBoolean());
        Assert.Equal(at.ToUnixTimeMilliseconds(), root.GetProperty("timestamp").GetInt64());
    }
}
