using Holdfast.Hal;
using Xunit;

namespace Holdfast.Rack.Tests.Power;

/// <summary>Starts one after the other under the inrush limit and the budget.</summary>
public sealed class SequencingTests
{
    [Fact]
    public void Nodes_start_one_after_the_other_where_the_inrush_allows_one()
    {
        var rig = new RackRig(Plans.Rack(Plans.Power(inrush: 60), On("n1"), On("n2"))).Run(20);
        Assert.Equal(["n1 On"], rig.Orders);

        rig.See("n1", PowerState.On);
        rig.Run(5);
        Assert.Equal(["n1 On"], rig.Orders);

        rig.Run();
        Assert.Equal(["n1 On", "n2 On"], rig.Orders);
    }

    [Fact]
    public void As_many_start_together_as_the_inrush_allows()
    {
        var rig = new RackRig(Plans.Rack(Plans.Power(inrush: 100), On("n1"), On("n2"), On("n3"))).Run();

        Assert.Equal(["n1 On", "n2 On"], rig.Orders);
    }

    [Fact]
    public void What_would_be_stopped_last_starts_first()
    {
        var rig = new RackRig(Plans.Rack(On("n1", 2), On("n2", 0), On("n3", 1), On("n0", 1))).Run();

        Assert.Equal(["n2 On", "n0 On", "n3 On", "n1 On"], rig.Orders);
    }

    [Fact]
    public void None_starts_beyond_the_budget()
    {
        // 100 + 50 for the one that starts, 5 for each that is off.
        var rig = new RackRig(Plans.Rack(Plans.Power(budget: 260), On("n1"), On("n2"), On("n3"))).Run();
        Assert.Equal(["n1 On"], rig.Orders);

        rig.See("n1", PowerState.On);
        rig.Run(20);
        Assert.Equal(["n1 On", "n2 On"], rig.Orders);

        rig.See("n2", PowerState.On);
        rig.Run(100);
        Assert.Equal(["n1 On", "n2 On"], rig.Orders);
        Assert.Equal(new Watts(205), rig.Controller.Snapshot.Power.Reserved);
    }

    [Fact]
    public void A_small_node_does_not_overtake_a_large_one_that_waits()
    {
        var large = On("n1") with { PowerMax = new Watts(400) };
        var rig = new RackRig(Plans.Rack(Plans.Power(budget: 500), large, On("n2"), Plans.Node("n3", 9)));
        rig.See("n3", PowerState.On);
        rig.Run(30);
        Assert.Empty(rig.Orders);

        rig.See("n3", PowerState.Off);
        rig.Run();
        Assert.Equal(["n1 On"], rig.Orders);
    }

    [Fact]
    public void An_order_that_may_still_take_effect_keeps_its_place()
    {
        var rig = new RackRig(Plans.Rack(Plans.Power(inrush: 60), On("n1"), On("n2"))).Run();
        rig.Give(rig.Ask(NodeVerb.Off, "n1"));
        rig.Run(60);
        Assert.Equal(["n1 On"], rig.Orders);

        rig.Run(20);
        Assert.Equal(["n1 On", "n2 On"], rig.Orders);
    }

    [Fact]
    public void Inrush_counts_on_while_the_node_that_started_cannot_be_observed()
    {
        var rig = new RackRig(Plans.Rack(Plans.Power(inrush: 60), On("n1"), On("n2"))).Run();
        rig.See("n1", PowerState.On, Presence.Absent);
        rig.Run(2);
        rig.See("n1", PowerState.Unknown);
        rig.Run(3);
        Assert.Equal(["n1 On"], rig.Orders);

        rig.Run(3);
        Assert.Equal(["n1 On", "n2 On"], rig.Orders);
    }

    [Fact]
    public void A_start_that_nobody_saw_keeps_its_place_until_its_inrush_must_be_over()
    {
        var slow = On("n1") with { InrushFor = TimeSpan.FromSeconds(20) };
        var rig = new RackRig(Plans.Rack(Plans.Power(inrush: 60), slow, On("n2"))).Run();
        rig.See("n1", PowerState.Unknown);
        rig.Run(95);
        Assert.Equal(["n1 On"], rig.Orders);

        rig.Run();
        Assert.Equal(["n1 On", "n2 On"], rig.Orders);
    }

    [Fact]
    public void A_command_beyond_the_budget_is_refused_with_the_reason()
    {
        var rig = new RackRig(Plans.Rack(Plans.Power(budget: 240), Plans.Node("n1"), Plans.Node("n2")));
        rig.See("n1", PowerState.On);
        rig.Run();
        var refused = rig.Give(rig.Ask(NodeVerb.On, "n2"));
        rig.Run(100);

        Assert.Equal(CommandStage.Refused, refused.Stage);
        Assert.Equal("250 W would pass the power budget of 240 W: the inverter gives no more", refused.Text);
        Assert.Empty(rig.Orders);
        Assert.Null(rig.Node("n2").Wanted);
    }

    [Fact]
    public void A_command_counts_those_that_wait_already()
    {
        var rig = new RackRig(Plans.Rack(Plans.Power(budget: 300, inrush: 60), On("n1"), On("n2"), Plans.Node("n3")));
        rig.Run();

        Assert.Equal(CommandStage.Refused, rig.Give(rig.Ask(NodeVerb.On, "n3")).Stage);
    }

    [Fact]
    public void A_command_that_fits_waits_for_its_turn()
    {
        var rig = new RackRig(Plans.Rack(Plans.Power(inrush: 60), On("n1"), Plans.Node("n2")));
        rig.Run();

        Assert.Equal(CommandStage.Accepted, rig.Give(rig.Ask(NodeVerb.On, "n2")).Stage);
        Assert.Equal(["n1 On"], rig.Orders);
    }

    private static NodePlan On(string name, int stopOrder = 0) =>
        Plans.Node(name, stopOrder) with
        {
            Start = StartPolicy.On,
        };
}
