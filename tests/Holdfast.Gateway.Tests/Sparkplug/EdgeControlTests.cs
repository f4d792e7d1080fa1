using Holdfast.Gateway.Sparkplug;
using Holdfast.Gateway.Sparkplug.Wire;
using Holdfast.Gateway.Topics;
using Holdfast.Mqtt;
using Xunit;

namespace Holdfast.Gateway.Tests.Sparkplug;

/// <summary>What hosts ask of an edge node.</summary>
public sealed class EdgeControlTests
{
    private const string NodeCommand = "spBv1.0/site/NCMD/r1";
    private const string DeviceCommand = "spBv1.0/site/DCMD/r1/";

    private readonly EdgeRig rig = new(EdgeRig.Plan with { Commands = true });

    [Fact]
    public void Asked_for_a_rebirth_it_stops_data_and_is_born_anew_with_the_same_bdseq()
    {
        var (will, births) = rig.Connect();
        rig.Receive(NodeCommand, EdgeRig.Rebirth());
        rig.Tell(Telemetry.Of("power", "source", "battery"));
        Assert.Empty(rig.Step(0.25));
        var again = rig.Step(1);
        Assert.Equal(births.Select(b => b.Message.Topic), again.Select(b => b.Message.Topic));
        Assert.Equal(0ul, again[0].Payload.Seq);
        Assert.Equal(will.Value("bdSeq"), again[0].Value("bdSeq"));
        Assert.Equal("battery", again[0].Value("power/source"));
        Assert.Empty(rig.Step());
    }

    [Theory]
    [InlineData(NodeCommand, false)]
    [InlineData("spBv1.0/site/NCMD/r2", true)]
    [InlineData("spBv1.0/other/NCMD/r1", true)]
    [InlineData("spBv1.0/site/DCMD/r1/n1", true)]
    public void Only_true_and_only_for_it_is_a_rebirth(string topic, bool value)
    {
        rig.Connect();
        rig.Receive(topic, EdgeRig.Rebirth(value));
        Assert.Empty(rig.Step(5));
    }

    [Fact]
    public void A_retained_command_and_one_that_is_no_payload_are_passed_over()
    {
        rig.Connect();
        var payload = EdgeRig.PayloadOf([EdgeRig.Rebirth()], 1);
        rig.Edge.Receive(new MqttMessage(NodeCommand, PayloadCodec.Write(payload)) { Retain = true });
        rig.Edge.Receive(new MqttMessage(NodeCommand, new byte[] { 0x0A, 0xFF, 1 }));
        Assert.Empty(rig.Step(5));
    }

    [Fact]
    public void A_host_that_asks_for_births_all_the_time_gets_one_a_second()
    {
        rig.Connect();
        var births = 0;
        for (var i = 0; i < 40; i++)
        {
            rig.Receive(NodeCommand, EdgeRig.Rebirth());
            births += rig.Step(0.25).Count(m => m.Verb == SparkplugVerb.NBIRTH);
        }

        Assert.Equal(10, births);
    }

    [Theory]
    [InlineData("Device Control/Power", true, "on")]
    [InlineData("Device Control/Power", false, "off")]
    [InlineData("Device Control/Maintenance", true, "maintain")]
    [InlineData("Device Control/Maintenance", false, "release")]
    public void Writing_a_nodes_control_is_the_command(string name, bool value, string verb)
    {
        var birth = rig.Connect().Births.Single(b => b.Device == "n1");
        Assert.Equal("False", Sent.Property(birth[name], "readOnly"));
        var byAlias = Assert.Single(
            rig.Receive(DeviceCommand + "n1", new Metric { Alias = birth[name].Alias, BooleanValue = value }).Commands
        );
        var byName = Assert.Single(
            rig.Receive(DeviceCommand + "n1", new Metric { Name = name, BooleanValue = value }).Commands
        );
        Assert.Equal(("n1", verb, "sparkplug"), (byAlias.Target, byAlias.Verb, byAlias.Who));
        Assert.Equal(byAlias, byName);
    }

    [Fact]
    public void A_zones_fans_are_set_by_mode_and_by_duty()
    {
        rig.Connect();
        var full = rig.Receive(
            DeviceCommand + "zone-a",
            new Metric { Name = "Device Control/Fan Mode", StringValue = "full" }
        );
        var duty = rig.Receive(
            DeviceCommand + "zone-a",
            new Metric { Name = "Device Control/Fan Duty", DoubleValue = 60 }
        );
        Assert.Equal(("fan-mode", "full"), (full.Commands[0].Verb, full.Commands[0].Mode));
        Assert.Equal(
            ("fan-mode", "fixed", 60.0),
            (duty.Commands[0].Verb, duty.Commands[0].Mode, duty.Commands[0].DutyPercent)
        );
    }

    [Fact]
    public void The_same_message_twice_is_the_same_command_and_a_later_one_another()
    {
        rig.Connect();
        Metric on = new() { Name = "Device Control/Power", BooleanValue = true };
        var first = rig.Receive(DeviceCommand + "n1", on).Commands[0];
        var second = rig.Receive(DeviceCommand + "n1", on).Commands[0];
        rig.Wait(1);
        Assert.Equal(first.Id, second.Id);
        Assert.NotEqual(first.Id, rig.Receive(DeviceCommand + "n1", on).Commands[0].Id);
    }

    [Theory]
    [InlineData("state")]
    [InlineData("Device Control/Nothing")]
    public void What_cannot_be_written_is_no_command(string name)
    {
        rig.Connect();
        Assert.Empty(rig.Receive(DeviceCommand + "n1", new Metric { Name = name, BooleanValue = true }).Commands);
    }

    [Fact]
    public void A_value_of_the_wrong_type_or_range_is_refused_and_said_so()
    {
        var births = rig.Connect().Births;
        Assert.Empty(
            rig.Receive(DeviceCommand + "n1", new Metric { Name = "Device Control/Power", StringValue = "on" }).Commands
        );
        Assert.Empty(
            rig.Receive(
                DeviceCommand + "zone-a",
                new Metric { Name = "Device Control/Fan Duty", DoubleValue = 101 }
            ).Commands
        );
        var told = rig.Step();
        Assert.Equal(["n1", "zone-a"], told.Select(d => d.Device));
        Assert.Contains(
            "no Boolean",
            told[0][births[1]["Device Control/Result"].Alias].StringValue,
            StringComparison.Ordinal
        );
    }

    [Fact]
    public void What_became_of_a_command_is_told_with_what_is_observed()
    {
        var birth = rig.Connect().Births.Single(b => b.Device == "n1");
        rig.Edge.Report("n1", "on done: n1 is on");
        var data = Assert.Single(rig.Step());
        Assert.Equal("on done: n1 is on", data[birth["Device Control/Result"].Alias].StringValue);
        Assert.True(data[birth["Device Control/Power"].Alias].BooleanValue);
    }

    [Fact]
    public void Where_commands_are_not_allowed_nothing_can_be_written()
    {
        var closed = new EdgeRig();
        var births = closed.Connect().Births;
        Assert.DoesNotContain(
            births.SelectMany(b => b.Payload.Metrics),
            m => m.Name.StartsWith("Device Control", StringComparison.Ordinal)
        );
        Assert.Empty(
            closed
                .Receive(DeviceCommand + "n1", new Metric { Name = "Device Control/Power", BooleanValue = true })
                .Commands
        );
    }

    [Fact]
    public void A_dead_device_takes_no_command()
    {
        rig.Tell(Telemetry.Of("n1", "state", "unknown"));
        rig.Tell(Telemetry.Of("n1-inlet", "temperature", Reading.Absent(Unit.Celsius)));
        rig.Connect();
        Assert.Empty(
            rig.Receive(
                DeviceCommand + "n1",
                new Metric { Name = "Device Control/Power", BooleanValue = true }
            ).Commands
        );
    }
}
