using Holdfast.Gateway.Sparkplug;
using Holdfast.Gateway.Topics;
using Xunit;

namespace Holdfast.Gateway.Tests.Sparkplug;

/// <summary>What births and data hold.</summary>
public sealed class EdgeDataTests
{
    private readonly EdgeRig rig = new();

    [Fact]
    public void The_node_birth_holds_its_controls_its_properties_and_the_racks_own_metrics()
    {
        var birth = rig.Connect().Births[0];
        Assert.Equal(
            ["bdSeq", "Node Control/Rebirth", "Properties/Software", "Properties/Version", "reserved", "source"],
            birth.Payload.Metrics.Select(m => m.Name.Replace("power/", "", StringComparison.Ordinal))
        );
        Assert.Equal(
            (500.0, "grid", "1.2.3"),
            (birth.Value("power/reserved"), birth.Value("power/source"), birth.Value("Properties/Version"))
        );
    }

    [Fact]
    public void The_rebirth_control_is_a_boolean_that_is_false_and_has_no_alias()
    {
        var rebirth = rig.Connect().Births[0]["Node Control/Rebirth"];
        Assert.Equal((uint)DataType.Boolean, rebirth.Datatype);
        Assert.True(rebirth.HasBooleanValue);
        Assert.False(rebirth.BooleanValue);
        Assert.False(rebirth.HasAlias);
    }

    [Fact]
    public void A_birth_tells_name_type_value_and_alias_of_every_metric()
    {
        var births = rig.Connect().Births;
        foreach (var birth in births)
        {
            Assert.All(
                birth.Payload.Metrics,
                metric =>
                {
                    Assert.NotEmpty(metric.Name);
                    Assert.InRange(metric.Datatype, 1u, 34u);
                    Assert.NotNull(MetricValues.Get(metric, (DataType)metric.Datatype));
                }
            );
            Assert.Equal(
                birth.Payload.Metrics.Count,
                birth.Payload.Metrics.Select(m => m.Name.ToLowerInvariant()).Distinct().Count()
            );
        }

        Assert.All(births.Skip(1).SelectMany(b => b.Payload.Metrics), metric => Assert.True(metric.HasAlias));
        var aliases = births.SelectMany(b => b.Payload.Metrics).Where(m => m.HasAlias).Select(m => m.Alias).ToList();
        Assert.Equal(aliases.Count, aliases.Distinct().Count());
    }

    [Fact]
    public void Units_limits_and_quality_are_properties_with_types()
    {
        var zone = rig.Connect().Births.Single(b => b.Device == "zone-a");
        Assert.Equal("°C", Sent.Property(zone["temperature"], "engUnit"));
        Assert.Equal("192", Sent.Property(zone["temperature"], "Quality"));
        Assert.Equal("True", Sent.Property(zone["temperature"], "readOnly"));
        Assert.Equal(
            ("%", "0", "100"),
            (
                Sent.Property(zone["duty"], "engUnit"),
                Sent.Property(zone["duty"], "engLow"),
                Sent.Property(zone["duty"], "engHigh")
            )
        );
        Assert.All(
            zone.Payload.Metrics,
            metric =>
            {
                Assert.Equal(metric.Properties.Keys.Count, metric.Properties.Values.Count);
                Assert.All(metric.Properties.Values, value => Assert.InRange(value.Type, 1u, 21u));
            }
        );
    }

    [Fact]
    public void What_a_nodes_bmc_measures_is_the_nodes()
    {
        var node = rig.Connect().Births.Single(b => b.Device == "n1");
        Assert.Equal(
            ["state", "reason", "powered", "inlet/temperature"],
            node.Payload.Metrics.Select(metric => metric.Name)
        );
        Assert.Equal((true, 21.0), (node.Value("powered"), node.Value("inlet/temperature")));
    }

    [Theory]
    [InlineData("on", true)]
    [InlineData("stopping", true)]
    [InlineData("off", false)]
    [InlineData("waking", null)]
    [InlineData("fault", null)]
    [InlineData("maintenance", null)]
    public void Whether_a_node_has_power_is_null_where_its_state_does_not_tell(string state, bool? powered)
    {
        rig.Tell(Telemetry.Of("n1", "state", state));
        Assert.Equal(powered, rig.Connect().Births.Single(b => b.Device == "n1").Value("powered"));
    }

    [Fact]
    public void Data_hold_what_changed_by_alias_without_name()
    {
        var births = rig.Connect().Births;
        rig.Tell(Telemetry.Of("power", "source", "battery"));
        rig.Tell(Telemetry.Of("zone-a", "temperature", Reading.Good(new Celsius(30), default)));
        var data = rig.Step();
        Assert.Equal([SparkplugVerb.NDATA, SparkplugVerb.DDATA], data.Select(d => d.Verb));
        Assert.All(
            data,
            d =>
            {
                var metric = Assert.Single(d.Payload.Metrics);
                Assert.False(metric.HasName || metric.IsHistorical);
            }
        );
        Assert.Equal("battery", data[0][births[0]["power/source"].Alias].StringValue);
        Assert.Equal(30.0, data[1][births.Single(b => b.Device == "zone-a")["temperature"].Alias].DoubleValue);
    }

    [Fact]
    public void Without_a_change_nothing_is_sent_however_long_it_takes()
    {
        rig.Connect();
        rig.Tell(Telemetry.Of("zone-a", "temperature", Reading.Good(new Celsius(24.6), default)));
        for (var minute = 0; minute < 60; minute++)
        {
            Assert.Empty(rig.Step(60));
        }
    }

    [Theory]
    [InlineData(Quality.Stale, 500u)]
    [InlineData(Quality.Fault, 0u)]
    [InlineData(Quality.Absent, 0u)]
    public void What_is_not_known_is_null_with_its_quality_and_never_0(Quality quality, uint code)
    {
        var alias = rig.Connect().Births.Single(b => b.Device == "zone-a")["temperature"].Alias;
        rig.Tell(Telemetry.Of("zone-a", "temperature", new Reading(0, Unit.Celsius, default, quality)));
        var metric = Assert.Single(rig.Step())[alias];
        Assert.True(metric.IsNull);
        Assert.Equal(Gateway.Sparkplug.Wire.Metric.ValueOneofCase.None, metric.ValueCase);
        var property = metric.Properties.Values[metric.Properties.Keys.IndexOf("Quality")];
        Assert.Equal((3u, code), (property.Type, property.IntValue));
        rig.Tell(Telemetry.Of("zone-a", "temperature", Reading.Good(new Celsius(24.5), default)));
        Assert.Equal("192", Sent.Property(Assert.Single(rig.Step())[alias], "Quality"));
    }

    [Fact]
    public void A_birth_tells_what_is_not_known_as_null()
    {
        rig.Tell(Telemetry.Of("zone-a", "temperature", Reading.Absent(Unit.Celsius)));
        var metric = rig.Connect().Births.Single(b => b.Device == "zone-a")["temperature"];
        Assert.True(metric.IsNull);
        Assert.Equal((uint)DataType.Double, metric.Datatype);
        Assert.Equal(Gateway.Sparkplug.Wire.Metric.ValueOneofCase.None, metric.ValueCase);
    }

    [Fact]
    public void A_device_of_which_nothing_is_known_any_more_dies_and_is_born_when_it_comes_back()
    {
        rig.Connect();
        rig.Tell(Telemetry.Of("meter-grid", "power", new Reading(800, Unit.Watt, default, Quality.Stale)));
        var death = Assert.Single(rig.Step());
        Assert.Equal("spBv1.0/site/DDEATH/r1/meter-grid", death.Message.Topic);
        Assert.Empty(death.Payload.Metrics);
        Assert.True(death.Payload.HasSeq && death.Payload.HasTimestamp);
        Assert.Empty(rig.Step());
        rig.Tell(Telemetry.Of("meter-grid", "power", Reading.Good(new Watts(0), default)));
        var birth = Assert.Single(rig.Step());
        Assert.Equal("spBv1.0/site/DBIRTH/r1/meter-grid", birth.Message.Topic);
        Assert.Equal(0.0, birth.Value("power"));
    }

    [Fact]
    public void A_device_that_is_not_there_is_not_born()
    {
        rig.Tell(Telemetry.Of("leak-a", "state", "unknown"));
        Assert.DoesNotContain(rig.Connect().Births, birth => birth.Device == "leak-a");
    }

    [Fact]
    public void A_device_that_gets_a_new_metric_is_born_again()
    {
        rig.Connect();
        rig.Tell(Telemetry.Of("n1-psu", "power", Reading.Good(new Watts(90), default)));
        var birth = Assert.Single(rig.Step());
        Assert.Equal((SparkplugVerb.DBIRTH, "n1"), (birth.Verb, birth.Device));
        Assert.Equal(90.0, birth.Value("psu/power"));
    }

    [Fact]
    public void Aliases_stay_what_they_are_over_births()
    {
        var first = rig.Connect().Births.SelectMany(b => b.Payload.Metrics.Select(m => (b.Device, m.Name, m.Alias)));
        var second = rig.Connect().Births.SelectMany(b => b.Payload.Metrics.Select(m => (b.Device, m.Name, m.Alias)));
        Assert.Equal(first, second);
    }
}
