using Holdfast.Gateway.Sparkplug;
using Holdfast.Gateway.Sparkplug.Edge;
using Holdfast.Gateway.Topics;
using Holdfast.Mqtt;
using Holdfast.Mqtt.Client;
using Holdfast.Testing;
using Xunit;

namespace Holdfast.Gateway.Tests.Sparkplug;

/// <summary>How an edge node's session begins, goes on and ends.</summary>
public sealed class EdgeSessionTests
{
    private readonly EdgeRig rig = new();

    [Fact]
    public void Nothing_is_sent_before_the_connection_stands()
    {
        Assert.Empty(rig.Step());
        rig.Edge.Will(rig.Now);
        Assert.Empty(rig.Step());
    }

    [Fact]
    public void The_node_birth_comes_first_then_each_live_device_then_nothing()
    {
        var (_, births) = rig.Connect();
        Assert.Equal(
            [
                "spBv1.0/site/NBIRTH/r1",
                "spBv1.0/site/DBIRTH/r1/n1",
                "spBv1.0/site/DBIRTH/r1/zone-a",
                "spBv1.0/site/DBIRTH/r1/meter-grid",
                "spBv1.0/site/DBIRTH/r1/leak-a",
            ],
            births.Select(birth => birth.Message.Topic)
        );
        Assert.Empty(rig.Step());
    }

    [Fact]
    public void Births_and_data_are_sent_with_qos_0_and_are_not_retained()
    {
        var messages = rig.Connect().Births.Concat(EverythingElse()).ToList();
        Assert.Equal(
            [
                SparkplugVerb.NBIRTH,
                SparkplugVerb.NDATA,
                SparkplugVerb.DBIRTH,
                SparkplugVerb.DDATA,
                SparkplugVerb.DDEATH,
            ],
            messages.Select(m => m.Verb).Distinct().Order()
        );
        Assert.All(messages, m => Assert.Equal((MqttQos.AtMostOnce, false), (m.Message.Qos, m.Message.Retain)));
    }

    [Fact]
    public void Every_message_but_a_death_of_the_node_has_the_next_number_and_255_is_followed_by_0()
    {
        var numbers = rig.Connect().Births.Concat(EverythingElse()).Select(m => m.Payload).ToList();
        for (var i = 0; i < 300; i++)
        {
            rig.Tell(Telemetry.Of("power", "source", i % 2 == 0 ? "battery" : "grid"));
            numbers.AddRange(rig.Step().Select(m => m.Payload));
        }

        Assert.True(numbers.Count > 300);
        Assert.All(numbers, payload => Assert.True(payload.HasSeq));
        Assert.Equal(
            Enumerable.Range(0, numbers.Count).Select(i => (ulong)(i % 256)),
            numbers.Select(payload => payload.Seq)
        );
    }

    [Fact]
    public void Every_message_and_every_metric_says_when_in_utc()
    {
        var (will, births) = rig.Connect();
        Sent[] messages = [will, .. births, .. EverythingElse()];
        var from = (ulong)new DateTimeOffset(2031, 5, 6, 7, 8, 9, TimeSpan.Zero).ToUnixTimeMilliseconds();
        Assert.All(messages, m => Assert.InRange(m.Payload.Timestamp, from, from + 60_000));
        Assert.All(messages.SelectMany(m => m.Payload.Metrics), m => Assert.InRange(m.Timestamp, from, from + 60_000));
    }

    [Fact]
    public void The_will_is_the_death_of_the_node_with_nothing_but_its_bdseq()
    {
        var (will, _) = rig.Connect();
        Assert.Equal("spBv1.0/site/NDEATH/r1", will.Message.Topic);
        Assert.Equal((MqttQos.AtLeastOnce, false), (will.Message.Qos, will.Message.Retain));
        Assert.False(will.Payload.HasSeq);
        var metric = Assert.Single(will.Payload.Metrics);
        Assert.Equal(("bdSeq", (uint)DataType.Int64, 0ul), (metric.Name, metric.Datatype, metric.LongValue));
    }

    [Fact]
    public void The_birth_has_the_bdseq_of_the_will_and_the_next_connection_has_the_next()
    {
        for (var connection = 0; connection < 600; connection++)
        {
            var (will, births) = rig.Connect();
            Assert.Equal((long)(connection % 256), will.Value("bdSeq"));
            Assert.Equal(will.Value("bdSeq"), births[0].Value("bdSeq"));
        }
    }

    [Fact]
    public void The_bdseq_goes_on_after_a_restart_even_where_no_connection_came_about()
    {
        var disk = new MemoryFolder();
        Assert.Equal(0L, new EdgeRig(disk: disk).Connect().Will.Value("bdSeq"));
        new EdgeRig(disk: disk).Edge.Will(rig.Now);
        Assert.Equal(2L, new EdgeRig(disk: disk).Connect().Will.Value("bdSeq"));
    }

    [Fact]
    public void A_disk_that_refuses_does_not_stop_the_count()
    {
        var refusing = new EdgeRig(disk: new MemoryFolder { ReadOnly = true });
        Assert.Equal(0L, refusing.Connect().Will.Value("bdSeq"));
        Assert.Equal(1L, refusing.Connect().Will.Value("bdSeq"));
    }

    [Fact]
    public void The_end_in_order_is_the_same_death_and_nothing_comes_after_it()
    {
        var (will, _) = rig.Connect();
        var death = new Sent(rig.Edge.Death(rig.Now)!);
        Assert.Equal(will.Message.Topic, death.Message.Topic);
        Assert.Equal(will.Value("bdSeq"), death.Value("bdSeq"));
        Assert.False(death.Payload.HasSeq);
        Assert.Empty(rig.Step());
        Assert.Null(rig.Edge.Death(rig.Now));
    }

    [Fact]
    public void It_listens_to_commands_for_itself_and_for_devices_only_where_they_are_allowed()
    {
        Assert.Equal(["spBv1.0/site/NCMD/r1"], rig.Edge.Subscriptions.Select(s => s.Filter));
        var open = new EdgeRig(EdgeRig.Plan with { Commands = true, PrimaryHost = "scada" });
        Assert.Equal(
            ["spBv1.0/site/NCMD/r1", "spBv1.0/site/DCMD/r1/+", "spBv1.0/STATE/scada"],
            open.Edge.Subscriptions.Select(s => s.Filter)
        );
    }

    [Theory]
    [InlineData(MqttVersion.V5)]
    [InlineData(MqttVersion.V311)]
    public void Its_client_starts_clean_with_a_will_of_each_connection(MqttVersion version)
    {
        var options = new MqttClientOptions("broker", 1883, "me")
        {
            Version = version,
            SessionExpiry = TimeSpan.FromHours(1),
            Will = new MqttMessage("other", default),
        };
        var link = new SparkplugLink(
            rig.Edge,
            _ => new FakeClient(),
            options,
            () => [],
            new Gates(new FakeRack()).Gate,
            EdgeRig.HistoryOn(new MemoryFolder()),
            () => rig.Now,
            TimeProvider.System
        );
        var prepared = link.Prepare();
        Assert.Equal(TimeSpan.Zero, prepared.SessionExpiry);
        Assert.True(prepared.DisconnectWithWill);
        Assert.Null(prepared.Will);
        Assert.Equal(0L, new Sent(prepared.WillPerConnection!()!).Value("bdSeq"));
        Assert.Equal(1L, new Sent(prepared.WillPerConnection!()!).Value("bdSeq"));
    }

    [Fact]
    public void Where_something_did_not_go_out_everything_is_born_anew()
    {
        var (_, births) = rig.Connect();
        rig.Edge.AskBirth();
        Assert.Equal(births.Select(b => b.Message.Topic), rig.Step(2).Select(b => b.Message.Topic));
    }

    [Fact]
    public void A_new_metric_of_the_rack_itself_brings_a_birth_of_all()
    {
        rig.Connect();
        rig.Tell(Telemetry.Of("power", "spare", Reading.Good(new Watts(1), default)));
        Assert.Equal(SparkplugVerb.NBIRTH, rig.Step(2)[0].Verb);
    }

    /// <summary>Data of the node and of a device, a death and a return.</summary>
    private List<Sent> EverythingElse()
    {
        List<Sent> messages = [];
        rig.Tell(Telemetry.Of("power", "source", "battery"));
        rig.Tell(Telemetry.Of("zone-a", "fan-mode", "full"));
        messages.AddRange(rig.Step());
        rig.Tell(Telemetry.Of("leak-a", "state", "unknown"));
        messages.AddRange(rig.Step());
        rig.Tell(Telemetry.Of("leak-a", "state", "active"));
        messages.AddRange(rig.Step());
        return messages;
    }
}
