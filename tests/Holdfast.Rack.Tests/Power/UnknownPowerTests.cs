using Holdfast.Hal;
using Xunit;

namespace Holdfast.Rack.Tests.Power;

/// <summary>A BMC that does not answer is unknown: never off, and never a reason to switch anything.</summary>
public sealed class UnknownPowerTests
{
    private readonly RackRig rig = new(Plans.Rack(Plans.Node("n1")));

    [Fact]
    public void An_observation_that_is_not_renewed_turns_unknown()
    {
        rig.See("n1", PowerState.On);
        rig.Run();
        rig.Lose("n1");
        rig.Run(15);
        Assert.Equal(NodeState.On, rig.State("n1"));

        rig.Run();
        Assert.Equal(NodeState.Unknown, rig.State("n1"));
        Assert.Equal("it has not answered for some time", rig.Node("n1").Reason);
    }

    [Fact]
    public void The_word_of_the_device_is_the_reason()
    {
        rig.See("n1", PowerState.Unknown);
        rig.Run();

        var happened = Assert.Single(rig.Events);
        Assert.Equal((Severity.Warning, "node-unknown"), (happened.Severity, happened.Code));
        Assert.Equal("n1 cannot be observed: its BMC is silent.", happened.Text);
    }

    [Theory]
    [InlineData(NodeVerb.On)]
    [InlineData(NodeVerb.Off)]
    [InlineData(NodeVerb.Wake)]
    [InlineData(NodeVerb.Cycle)]
    public void Nothing_is_done_to_it_on_command(NodeVerb verb)
    {
        rig.See("n1", PowerState.Unknown);
        rig.Run();
        var outcome = rig.Give(rig.Ask(verb, "n1"));
        rig.Run(100);

        Assert.Equal(CommandStage.Refused, outcome.Stage);
        Assert.Contains("check its BMC", outcome.Text, StringComparison.Ordinal);
        Assert.Empty(rig.Orders);
    }

    [Fact]
    public void A_node_that_is_wanted_is_not_started()
    {
        var wanted = new RackRig(Plans.Rack(Plans.Node("n1") with { Start = StartPolicy.On }));
        wanted.See("n1", PowerState.Unknown);
        wanted.Run(500);

        Assert.Empty(wanted.Orders);
    }

    [Fact]
    public void A_stop_that_may_not_have_been_heard_is_asked_again_and_has_its_whole_time()
    {
        rig.See("n1", PowerState.On);
        rig.Run();
        rig.Give(rig.Ask(NodeVerb.Off, "n1"));
        Assert.Equal(["n1 SoftOff"], rig.Orders);
        rig.See("n1", PowerState.Unknown);
        rig.Run(200);
        Assert.Equal(["n1 SoftOff"], rig.Orders);

        rig.See("n1", PowerState.On);
        rig.Run(31);
        Assert.Equal(["n1 SoftOff", "n1 SoftOff"], rig.Orders);

        rig.Run();
        Assert.Equal(["n1 SoftOff", "n1 SoftOff", "n1 Off"], rig.Orders);
    }

    [Fact]
    public void A_BMC_that_comes_and_goes_does_not_keep_a_node_on_for_ever()
    {
        rig.See("n1", PowerState.On);
        rig.Run();
        rig.Give(rig.Ask(NodeVerb.Off, "n1"));
        for (var i = 0; i < 6; i++)
        {
            rig.See("n1", PowerState.Unknown);
            rig.Run(10);
            rig.See("n1", PowerState.On);
            rig.Run(10);
        }

        Assert.Equal(["n1 SoftOff", "n1 SoftOff", "n1 SoftOff", "n1 Off"], rig.Orders);
    }

    [Fact]
    public void Neither_heat_nor_smoke_nor_an_empty_battery_switch_it_off()
    {
        rig.See("n1", PowerState.Unknown);
        rig.Heat(60);
        rig.Trip("zone-a-smoke", SafetyState.Active);
        rig.Battery(UpsState.LowBattery, 1);
        rig.Run(600);

        Assert.Empty(rig.Orders);
    }

    [Fact]
    public void It_counts_in_full_against_the_budget()
    {
        rig.See("n1", PowerState.Unknown);
        rig.Run();
        Assert.Equal(new Watts(100), rig.Controller.Snapshot.Power.Reserved);

        rig.See("n1", PowerState.Off);
        rig.Run();
        Assert.Equal(new Watts(5), rig.Controller.Snapshot.Power.Reserved);
    }

    [Fact]
    public void A_fault_stands_while_the_node_cannot_be_observed()
    {
        rig.See("n1", PowerState.On, Presence.Absent);
        rig.Run(70);
        rig.See("n1", PowerState.Unknown);
        rig.Run(70);

        Assert.Equal(NodeState.Unknown, rig.State("n1"));
        Assert.Contains("node-fault", rig.Alarms);
        Assert.DoesNotContain("node-fault-cleared", rig.Codes);
    }

    [Fact]
    public void An_observation_older_than_the_last_one_is_ignored()
    {
        rig.See("n1", PowerState.On);
        rig.Run();
        var late = new NodeObservation(
            new NodeId("n1"),
            new PowerObservation(PowerState.Off, rig.Now - TimeSpan.FromSeconds(5), ""),
            Presence.Absent
        );
        rig.Controller.Step(rig.Look() with { Nodes = [late] });

        Assert.Equal(NodeState.On, rig.State("n1"));
    }
}
