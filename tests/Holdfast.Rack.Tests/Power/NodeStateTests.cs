using Holdfast.Hal;
using Xunit;

namespace Holdfast.Rack.Tests.Power;

/// <summary>The states of a node, and that only what is observed moves it from one to the other.</summary>
public sealed class NodeStateTests
{
    private readonly RackRig rig = new(Plans.Rack(Plans.Node("n1")));

    [Fact]
    public void A_node_that_was_never_seen_is_unknown()
    {
        rig.Lose("n1");
        rig.Run();

        Assert.Equal((NodeState.Unknown, "not asked yet"), (rig.State("n1"), rig.Node("n1").Reason));
    }

    [Fact]
    public void That_nothing_is_known_yet_is_no_news_and_that_nothing_comes_is()
    {
        rig.Lose("n1");
        rig.Run(15);
        Assert.Empty(rig.Events);

        rig.Run(2);
        Assert.Equal(["node-unknown"], rig.Codes);
    }

    [Fact]
    public void A_node_that_was_in_maintenance_is_so_before_the_first_step()
    {
        rig.Run();
        rig.Give(rig.Ask(NodeVerb.Maintain, "n1"));

        var again = new RackRig(Plans.Rack(Plans.Node("n1")), rig.Controller.Memory);

        Assert.Equal(NodeState.Maintenance, again.State("n1"));
    }

    [Theory]
    [InlineData(PowerState.Off, Presence.Absent, NodeState.Off)]
    [InlineData(PowerState.On, Presence.Present, NodeState.On)]
    [InlineData(PowerState.On, Presence.Absent, NodeState.Waking)]
    [InlineData(PowerState.On, Presence.Unknown, NodeState.Waking)]
    [InlineData(PowerState.Unknown, Presence.Present, NodeState.Unknown)]
    public void Its_state_is_what_is_observed(PowerState power, Presence presence, NodeState state)
    {
        rig.See("n1", power, presence);
        rig.Run();

        Assert.Equal(state, rig.State("n1"));
        Assert.Empty(rig.Orders);
    }

    [Fact]
    public void It_stays_off_until_its_power_is_observed_whatever_it_was_told()
    {
        rig.Run();
        rig.Give(rig.Ask(NodeVerb.On, "n1"));
        rig.Run(30);
        Assert.Equal(NodeState.Waking, rig.State("n1"));
        Assert.Equal("told to start", rig.Node("n1").Reason);
        Assert.Equal(["n1 On"], rig.Orders);

        rig.See("n1", PowerState.On, Presence.Absent);
        rig.Run();
        Assert.Equal("powered, not yet seen on the network", rig.Node("n1").Reason);

        rig.See("n1", PowerState.On, Presence.Present);
        rig.Run();
        Assert.Equal(NodeState.On, rig.State("n1"));
        Assert.Equal(["node-off", "command-accepted", "node-waking", "node-on", "command-done"], rig.Codes);
    }

    [Fact]
    public void A_node_that_cannot_be_seen_on_the_network_is_on_when_it_is_powered()
    {
        var blind = new RackRig(Plans.Rack(Plans.Node("n1") with { HasPresence = false }));
        blind.See("n1", PowerState.On, Presence.Unknown);
        blind.Run();

        Assert.Equal(NodeState.On, blind.State("n1"));
    }

    [Fact]
    public void A_node_that_somebody_else_switches_off_is_off_and_started_again_only_if_it_is_wanted()
    {
        rig.See("n1", PowerState.On);
        rig.Run();
        rig.See("n1", PowerState.Off);
        rig.Run();
        Assert.Equal(NodeState.Off, rig.State("n1"));
        Assert.Empty(rig.Orders);

        rig.Give(rig.Ask(NodeVerb.On, "n1"));
        rig.See("n1", PowerState.On);
        rig.Run();
        rig.Actions.Clear();
        rig.See("n1", PowerState.Off);
        rig.Run();
        Assert.Equal(["n1 On"], rig.Orders);
    }

    [Fact]
    public void A_short_absence_from_the_network_is_a_switch_that_restarts()
    {
        rig.See("n1", PowerState.On);
        rig.Run();
        rig.See("n1", PowerState.On, Presence.Absent);
        rig.Run(119);

        Assert.Equal(NodeState.On, rig.State("n1"));
    }

    [Fact]
    public void A_node_that_left_the_network_for_good_is_in_fault_until_it_is_seen_again()
    {
        rig.See("n1", PowerState.On);
        rig.Run();
        rig.See("n1", PowerState.On, Presence.Absent);
        rig.Run(122);
        Assert.Equal(NodeState.Fault, rig.State("n1"));
        Assert.Contains("no longer answers", rig.Node("n1").Reason, StringComparison.Ordinal);
        Assert.Empty(rig.Orders);

        rig.See("n1", PowerState.On);
        rig.Run();
        Assert.Equal(NodeState.On, rig.State("n1"));
        Assert.Contains("node-fault-cleared", rig.Codes);
    }

    [Fact]
    public void A_node_that_does_not_boot_in_time_is_in_fault()
    {
        rig.See("n1", PowerState.On, Presence.Absent);
        rig.Run(61);
        Assert.Equal(NodeState.Waking, rig.State("n1"));

        rig.Run();
        Assert.Equal(NodeState.Fault, rig.State("n1"));
        Assert.Contains("within 60 s", rig.Node("n1").Reason, StringComparison.Ordinal);
        Assert.Equal(Severity.Error, rig.Events.Single(e => e.Code == "node-fault").Severity);
        Assert.Empty(rig.Orders);
    }

    [Fact]
    public void A_node_that_does_not_turn_on_is_told_twice_and_then_in_fault()
    {
        rig.Run();
        rig.Give(rig.Ask(NodeVerb.On, "n1"));
        rig.Run(300);

        Assert.Equal(["n1 On", "n1 On"], rig.Orders);
        Assert.Equal(NodeState.Fault, rig.State("n1"));
        Assert.Contains("2 times", rig.Node("n1").Reason, StringComparison.Ordinal);
    }

    [Fact]
    public void Why_it_could_not_be_told_to_start_is_in_the_fault()
    {
        rig.Run();
        rig.Give(rig.Ask(NodeVerb.Wake, "n1"));
        rig.Run(70);
        rig.Confirm(done: false, "no magic packet can be sent");
        rig.Run(100);

        Assert.Contains("no magic packet can be sent", rig.Node("n1").Reason, StringComparison.Ordinal);
        Assert.Contains(
            rig.Events,
            e => e.Code == "node-fault" && e.Text.Contains("no magic packet", StringComparison.Ordinal)
        );
    }

    [Fact]
    public void Somebody_who_asks_again_gives_a_faulty_node_another_chance()
    {
        rig.Run();
        rig.Give(rig.Ask(NodeVerb.On, "n1"));
        rig.Run(300);
        rig.Actions.Clear();
        rig.Give(rig.Ask(NodeVerb.On, "n1"));
        rig.Run();

        Assert.Equal(["n1 On"], rig.Orders);
        Assert.Equal(NodeState.Waking, rig.State("n1"));
        Assert.DoesNotContain("node-fault", rig.Alarms);
    }

    [Theory]
    [InlineData(StartPolicy.On, true, "n1 On")]
    [InlineData(StartPolicy.Off, false, null)]
    [InlineData(StartPolicy.AsFound, null, null)]
    public void At_first_the_board_file_says_what_is_wanted(StartPolicy policy, bool? wanted, string? order)
    {
        var first = new RackRig(Plans.Rack(Plans.Node("n1") with { Start = policy })).Run();

        Assert.Equal(wanted, first.Node("n1").Wanted);
        Assert.Equal(order, first.Orders.SingleOrDefault());
    }

    [Fact]
    public void Since_tells_when_the_state_began()
    {
        rig.Run();
        var off = rig.Now;
        rig.Run(50);

        Assert.Equal(off, rig.Node("n1").Since);
    }
}
