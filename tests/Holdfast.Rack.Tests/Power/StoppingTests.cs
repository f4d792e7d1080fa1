using Holdfast.Hal;
using Xunit;

namespace Holdfast.Rack.Tests.Power;

/// <summary>From a soft stop to a hard one, cycling, and hands off in maintenance.</summary>
public sealed class StoppingTests
{
    private readonly RackRig rig = new(Plans.Rack(Plans.Node("n1")));

    public StoppingTests()
    {
        rig.See("n1", PowerState.On);
        rig.Run();
    }

    [Fact]
    public void A_node_is_asked_first_and_forced_only_when_its_time_is_over()
    {
        rig.Give(rig.Ask(NodeVerb.Off, "n1"));
        rig.Run(30);
        Assert.Equal(["n1 SoftOff"], rig.Orders);
        Assert.Equal(NodeState.Stopping, rig.State("n1"));

        rig.Run();
        Assert.Equal(["n1 SoftOff", "n1 Off"], rig.Orders);
    }

    [Fact]
    public void A_node_that_stops_by_itself_is_not_forced()
    {
        rig.Give(rig.Ask(NodeVerb.Off, "n1"));
        rig.Run(10);
        rig.See("n1", PowerState.Off);
        rig.Run(200);

        Assert.Equal(["n1 SoftOff"], rig.Orders);
        Assert.Equal(NodeState.Off, rig.State("n1"));
    }

    [Fact]
    public void A_node_that_cannot_be_forced_is_in_fault_and_told_again()
    {
        rig.Give(rig.Ask(NodeVerb.Off, "n1"));
        rig.Run(100);

        Assert.Equal(["n1 SoftOff", "n1 Off", "n1 Off"], rig.Orders);
        Assert.Equal(NodeState.Fault, rig.State("n1"));
        Assert.Contains("pull its plug", rig.Node("n1").Reason, StringComparison.Ordinal);
    }

    [Fact]
    public void The_words_of_the_device_are_in_the_fault()
    {
        rig.Give(rig.Ask(NodeVerb.Off, "n1"));
        rig.Run(40);
        rig.Confirm(done: false, "the BMC refuses with completion code D4h");
        rig.Run(60);

        Assert.Contains("completion code D4h", rig.Node("n1").Reason, StringComparison.Ordinal);
    }

    [Fact]
    public void The_fault_is_over_when_it_is_off_at_last()
    {
        rig.Give(rig.Ask(NodeVerb.Off, "n1"));
        rig.Run(100);
        rig.See("n1", PowerState.Off);
        rig.Run();

        Assert.Equal(NodeState.Off, rig.State("n1"));
        Assert.Empty(rig.Alarms);
    }

    [Fact]
    public void A_cycle_goes_on_when_a_stubborn_node_is_off_at_last()
    {
        rig.Give(rig.Ask(NodeVerb.Cycle, "n1"));
        rig.Run(100);
        Assert.Equal(NodeState.Fault, rig.State("n1"));
        rig.Actions.Clear();
        rig.See("n1", PowerState.Off);
        rig.Run();

        Assert.Equal(["n1 On"], rig.Orders);
        Assert.Empty(rig.Alarms);
    }

    [Fact]
    public void Somebody_who_wants_it_on_again_ends_the_stop()
    {
        rig.Give(rig.Ask(NodeVerb.Off, "n1"));
        rig.Run(10);
        rig.Give(rig.Ask(NodeVerb.On, "n1"));
        rig.Run(100);

        Assert.Equal(["n1 SoftOff"], rig.Orders);
        Assert.Equal(NodeState.On, rig.State("n1"));
    }

    [Fact]
    public void A_stop_that_was_called_off_does_not_shorten_the_next_one()
    {
        rig.See("n1", PowerState.Off);
        rig.Run();
        rig.See("n1", PowerState.On, Presence.Absent);
        rig.Run();
        rig.Heat(50);
        rig.Run(2);
        rig.Heat(25);
        rig.Run(40);
        rig.Heat(50);
        rig.Run(2);

        Assert.Equal(["n1 SoftOff", "n1 SoftOff"], rig.Orders);
    }

    [Fact]
    public void A_cycle_is_off_observed_and_then_on()
    {
        var cycle = rig.Ask(NodeVerb.Cycle, "n1");
        rig.Give(cycle);
        rig.Run(5);
        Assert.DoesNotContain(rig.Outcomes, outcome => outcome.Stage == CommandStage.Done);

        rig.See("n1", PowerState.Off);
        rig.Run();
        rig.See("n1", PowerState.On);
        rig.Run();
        Assert.Equal(["n1 SoftOff", "n1 On"], rig.Orders);
        Assert.Equal(new CommandOutcome(cycle.Id, CommandStage.Done, "on", "n1 is on"), rig.Outcomes[^1]);
    }

    [Fact]
    public void In_maintenance_nothing_is_done_to_a_node()
    {
        rig.Give(rig.Ask(NodeVerb.Off, "n1"));
        rig.Give(rig.Ask(NodeVerb.Maintain, "n1"));
        rig.Actions.Clear();
        rig.Heat(60);
        rig.Trip("zone-a-smoke", SafetyState.Active);
        rig.Battery(UpsState.LowBattery, 1);
        rig.Run(300);

        Assert.Empty(rig.Orders);
        Assert.Equal(NodeState.Maintenance, rig.State("n1"));
    }

    [Fact]
    public void A_node_in_maintenance_raises_no_fault()
    {
        rig.Give(rig.Ask(NodeVerb.Maintain, "n1"));
        rig.See("n1", PowerState.On, Presence.Absent);
        rig.Run(300);

        Assert.Empty(rig.Alarms);
    }

    [Fact]
    public void A_released_node_is_led_again_to_what_is_wanted()
    {
        rig.Give(rig.Ask(NodeVerb.Off, "n1"));
        rig.Give(rig.Ask(NodeVerb.Maintain, "n1"));
        rig.Run(100);
        rig.Actions.Clear();
        Assert.Equal(CommandStage.Done, rig.Give(rig.Ask(NodeVerb.Release, "n1")).Stage);

        Assert.Equal(["n1 SoftOff"], rig.Orders);
    }

    [Fact]
    public void Maintenance_and_release_are_possible_while_the_power_is_unknown()
    {
        rig.See("n1", PowerState.Unknown);
        rig.Run();

        Assert.Equal(CommandStage.Done, rig.Give(rig.Ask(NodeVerb.Maintain, "n1")).Stage);
        Assert.Equal(CommandStage.Done, rig.Give(rig.Ask(NodeVerb.Release, "n1")).Stage);
    }

    [Fact]
    public void A_wake_goes_out_as_a_magic_packet()
    {
        rig.See("n1", PowerState.Off);
        rig.Run();
        rig.Give(rig.Ask(NodeVerb.Wake, "n1"));

        Assert.Equal(["n1 Wake"], rig.Orders);
    }
}
