using Holdfast.Hal;
using Xunit;

namespace Holdfast.Rack.Tests.Power;

/// <summary>Shedding: one node after the other while the battery runs low, and all back when it has recovered.</summary>
public sealed class BatteryTests
{
    private readonly RackRig rig = new(Plans.Rack(Plans.Node("n1", 1), Plans.Node("n2", 2), Plans.Node("n3", 2)));

    public BatteryTests()
    {
        foreach (var node in new[] { "n1", "n2", "n3" })
        {
            rig.See(node, PowerState.On);
        }

        rig.Run();
    }

    [Fact]
    public void A_lost_grid_alone_stops_nothing()
    {
        rig.Battery(UpsState.OnBattery, 31);
        rig.Run(300);

        Assert.Empty(rig.Orders);
        Assert.Equal(["on-battery"], rig.Alarms);
        Assert.True(rig.Controller.Snapshot.Power.OnBattery);
    }

    [Fact]
    public void Nodes_are_stopped_one_a_minute_highest_stop_order_first()
    {
        rig.Battery(UpsState.OnBattery, 29);
        rig.Run();
        Assert.Equal(["n3 SoftOff"], rig.Orders);
        rig.See("n3", PowerState.Off);
        rig.Run(59);
        Assert.Equal(["n3 SoftOff"], rig.Orders);

        rig.Run();
        rig.See("n2", PowerState.Off);
        rig.Run(60);
        Assert.Equal(["n3 SoftOff", "n2 SoftOff", "n1 SoftOff"], rig.Orders);
    }

    [Theory]
    [InlineData(PowerState.Off)]
    [InlineData(PowerState.Unknown)]
    public void A_node_that_cannot_be_stopped_takes_no_turn(PowerState power)
    {
        rig.See("n3", power);
        rig.Run();
        rig.Battery(UpsState.OnBattery, 29);
        rig.Run();

        Assert.Equal(["n2 SoftOff"], rig.Orders);
    }

    [Fact]
    public void The_devices_own_word_that_it_is_low_counts()
    {
        rig.Battery(UpsState.LowBattery, null);
        rig.Run();

        Assert.True(rig.Controller.Snapshot.Power.Shedding);
        Assert.Equal(["n3 SoftOff"], rig.Orders);
    }

    [Fact]
    public void A_charge_that_is_not_told_sheds_nothing()
    {
        rig.Battery(UpsState.OnBattery, null);
        rig.Run(300);

        Assert.Empty(rig.Orders);
    }

    [Fact]
    public void Nodes_come_back_only_when_the_battery_has_recovered()
    {
        Shed();
        rig.Battery(UpsState.Online, 49);
        rig.Run(100);
        Assert.Empty(rig.Orders);
        Assert.Equal((NodeState.Off, "held while the battery is low"), (rig.State("n3"), rig.Node("n3").Reason));

        rig.Battery(UpsState.Online, 50);
        rig.Run();
        Assert.Equal(["n3 On"], rig.Orders);
        Assert.Empty(rig.Alarms);
    }

    [Fact]
    public void No_further_node_is_stopped_while_the_battery_charges()
    {
        Shed();
        rig.Battery(UpsState.Online, 10);
        rig.Run(300);

        Assert.Empty(rig.Orders);
        Assert.Equal(NodeState.On, rig.State("n2"));
    }

    [Fact]
    public void A_held_node_is_not_started_on_command()
    {
        Shed();
        var outcome = rig.Give(rig.Ask(NodeVerb.On, "n3"));

        Assert.Equal((CommandStage.Refused, "it is held while the battery is low"), (outcome.Stage, outcome.Text));
    }

    [Fact]
    public void No_other_node_is_started_meanwhile()
    {
        rig.See("n1", PowerState.Off);
        Shed();
        var outcome = rig.Give(rig.Ask(NodeVerb.On, "n1"));

        Assert.Equal(CommandStage.Refused, outcome.Stage);
        Assert.Equal("the battery is low; wait until it is above 50 % with the grid back", outcome.Text);
    }

    [Fact]
    public void A_node_that_is_wanted_waits_and_says_why()
    {
        rig.Give(rig.Ask(NodeVerb.On, "n1"));
        Shed();
        rig.See("n1", PowerState.Off);
        rig.Run(10);

        Assert.Empty(rig.Orders);
        Assert.StartsWith("waits: the battery is low", rig.Node("n1").Reason, StringComparison.Ordinal);
    }

    [Fact]
    public void A_node_that_was_wanted_off_stays_off_when_the_others_come_back()
    {
        Shed();
        rig.Give(rig.Ask(NodeVerb.Off, "n3"));
        rig.Battery(UpsState.Online, 90);
        rig.Run(100);

        Assert.Empty(rig.Orders);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void A_silent_battery_changes_nothing_and_is_an_alarm(bool says)
    {
        if (says)
        {
            rig.Battery(UpsState.Unknown, null);
        }
        else
        {
            rig.LoseBattery();
        }

        rig.Run(300);
        Assert.Empty(rig.Orders);
        Assert.Null(rig.Controller.Snapshot.Power.OnBattery);
        Assert.Equal(["battery-unknown"], rig.Alarms);
    }

    [Fact]
    public void What_was_shed_stays_down_while_the_battery_is_silent()
    {
        Shed();
        rig.LoseBattery();
        rig.Run(300);

        Assert.Empty(rig.Orders);
        Assert.True(rig.Controller.Snapshot.Power.Shedding);
    }

    [Fact]
    public void A_rack_without_battery_has_no_alarm_about_it()
    {
        var plain = new RackRig(Plans.Rack(Plans.Node("n1")));
        plain.LoseBattery();
        plain.Run(100);

        Assert.Empty(plain.Alarms);
    }

    /// <summary>n3 is down and held, and a minute has not passed since.</summary>
    private void Shed()
    {
        rig.Battery(UpsState.OnBattery, 29);
        rig.Run();
        rig.See("n3", PowerState.Off);
        rig.Run();
        rig.Actions.Clear();
    }
}
