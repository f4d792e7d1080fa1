using Holdfast.Hal;
using Xunit;

namespace Holdfast.Rack.Tests.Thermal;

/// <summary>At 45 °C the zone's nodes are stopped one after the other, and come back below 32 °C.</summary>
public sealed class OverheatTests
{
    private readonly RackRig rig = new(
        Plans.Rack(Plans.Node("n1", 1), Plans.Node("n2", 2), Plans.Node("other", 9, "zone-b"))
    );

    public OverheatTests()
    {
        foreach (var node in new[] { "n1", "n2", "other" })
        {
            rig.See(node, PowerState.On);
        }

        rig.Run();
    }

    [Fact]
    public void A_hot_zone_runs_full_before_anything_is_stopped()
    {
        rig.Heat(44.9);
        rig.Run(600);

        Assert.Equal(100, rig.Duty);
        Assert.Empty(rig.Orders);
    }

    [Fact]
    public void Its_nodes_are_stopped_in_stages_and_no_other_zones()
    {
        rig.Heat(45);
        rig.Run();
        Assert.Equal(["n2 SoftOff"], rig.Orders);
        rig.See("n2", PowerState.Off);
        rig.Run(19);
        Assert.Equal(["n2 SoftOff"], rig.Orders);

        rig.Run();
        rig.See("n1", PowerState.Off);
        rig.Run(100);
        Assert.Equal(["n2 SoftOff", "n1 SoftOff"], rig.Orders);
        Assert.Equal(NodeState.On, rig.State("other"));
    }

    [Fact]
    public void A_node_that_waits_for_its_start_takes_no_turn()
    {
        rig.Give(rig.Ask(NodeVerb.Cycle, "n2"));
        rig.See("n2", PowerState.Off);
        rig.Run(200);
        rig.Actions.Clear();
        rig.Heat(45);
        rig.Run();

        Assert.Equal(["n1 SoftOff"], rig.Orders);
    }

    [Fact]
    public void A_node_in_maintenance_takes_no_turn()
    {
        rig.Give(rig.Ask(NodeVerb.Maintain, "n2"));
        rig.Heat(45);
        rig.Run();

        Assert.Equal(["n1 SoftOff"], rig.Orders);
    }

    [Fact]
    public void It_is_a_critical_alarm_that_says_what_happens_and_what_to_do()
    {
        rig.Heat(45);
        rig.Run(2);

        var alarm = Assert.Single(rig.Controller.Snapshot.Alarms);
        Assert.Equal((Severity.Critical, "zone-overheated", "zone-a"), (alarm.Severity, alarm.Code, alarm.Subject));
        Assert.Contains("Check fans, filters and doors", alarm.Text, StringComparison.Ordinal);
    }

    [Fact]
    public void One_stage_may_be_enough()
    {
        rig.Heat(45);
        rig.Run();
        rig.See("n2", PowerState.Off);
        rig.Heat(44);
        rig.Run(600);

        Assert.Equal(["n2 SoftOff"], rig.Orders);
        Assert.Equal("held while its zone is too hot", rig.Node("n2").Reason);
    }

    [Fact]
    public void Nodes_come_back_only_when_the_zone_is_well_below()
    {
        rig.Heat(45);
        rig.Run();
        rig.See("n2", PowerState.Off);
        rig.Run();
        rig.Actions.Clear();
        rig.Heat(32);
        rig.Run(600);
        Assert.Empty(rig.Orders);
        Assert.Equal(100, rig.Duty);

        rig.Heat(31.9);
        rig.Run();
        Assert.Equal(["n2 On"], rig.Orders);
    }

    [Fact]
    public void None_of_its_nodes_is_started_meanwhile()
    {
        rig.Give(rig.Ask(NodeVerb.On, "n1"));
        rig.Heat(45);
        rig.Run();
        rig.See("n1", PowerState.Off);
        rig.Run(10);

        Assert.DoesNotContain("n1 On", rig.Orders);
        Assert.Equal("waits: zone-a is too hot; wait until it is below 32 °C", rig.Node("n1").Reason);
    }

    [Fact]
    public void A_zone_that_goes_blind_while_it_is_too_hot_goes_on_stopping()
    {
        rig.Heat(45);
        rig.Run();
        rig.See("n2", PowerState.Off);
        rig.Silence("zone-a-temp-1");
        rig.Silence("zone-a-temp-2");
        rig.Run(30);

        Assert.True(rig.Zone().Overheated);
        Assert.Equal(100, rig.Duty);
        Assert.Equal(["n2 SoftOff", "n1 SoftOff"], rig.Orders);
    }

    [Fact]
    public void A_zone_that_is_merely_blind_stops_nothing()
    {
        rig.Silence("zone-a-temp-1");
        rig.Silence("zone-a-temp-2");
        rig.Run(600);

        Assert.Empty(rig.Orders);
        Assert.False(rig.Zone().Overheated);
    }

    [Fact]
    public void A_node_that_was_off_stays_off_when_the_zone_has_cooled()
    {
        rig.See("n1", PowerState.Off);
        rig.Run();
        rig.Heat(50);
        rig.Run(100);
        rig.See("n2", PowerState.Off);
        rig.Heat(20);
        rig.Actions.Clear();
        rig.Run(100);

        Assert.Equal(["n2 On", "n2 On"], rig.Orders);
    }
}
