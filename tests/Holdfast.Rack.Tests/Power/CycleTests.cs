using Holdfast.Hal;
using Xunit;

namespace Holdfast.Rack.Tests.Power;

/// <summary>A node that is cycled was running: what it drew is kept for it until it is on again.</summary>
public sealed class CycleTests
{
    [Fact]
    public void Nobody_takes_its_place_in_the_budget_while_it_is_off()
    {
        // Room for one, and n1 comes first.
        var first = Plans.Node("n1") with
        {
            Start = StartPolicy.On,
        };
        var rig = Cycled(Plans.Power(budget: 240), first, Plans.Node("n2"));

        Assert.Equal(["n2 On"], rig.Orders);
    }

    [Fact]
    public void A_large_node_that_waits_does_not_keep_it_off()
    {
        var large = Plans.Node("n1") with { PowerMax = new Watts(400), Start = StartPolicy.On };
        var rig = Cycled(Plans.Power(budget: 440), large, Plans.Node("n2"));

        Assert.Equal(["n2 On"], rig.Orders);
    }

    [Fact]
    public void Its_place_counts_as_reserved_while_another_starts()
    {
        var rig = Cycled(Plans.Power(inrush: 60), Plans.Node("n1"), Plans.Node("n2"), wantOther: true);

        // n1 starts, n2 waits for the inrush limit and keeps what it drew and will draw beyond while it starts.
        Assert.Equal(["n1 On"], rig.Orders);
        Assert.Equal(new Watts(100 + 50 + 100 + 50), rig.Controller.Snapshot.Power.Reserved);
    }

    [Fact]
    public void Who_is_wanted_off_instead_keeps_nothing()
    {
        var rig = Cycled(Plans.Power(inrush: 60), Plans.Node("n1"), Plans.Node("n2"), wantOther: true);
        rig.Give(rig.Ask(NodeVerb.Off, "n2"));

        Assert.Equal(new Watts(100 + 50 + 5), rig.Controller.Snapshot.Power.Reserved);
    }

    [Fact]
    public void A_start_that_is_asked_for_again_counts_its_inrush_once()
    {
        // 100 + 50 for it and no more.
        var rig = new RackRig(
            Plans.Rack(Plans.Power(budget: 150, inrush: 50), Plans.Node("n1") with { Start = StartPolicy.On })
        );
        rig.Run(62);

        Assert.Equal(["n1 On", "n1 On"], rig.Orders);
    }

    /// <summary>n2 is on and is cycled; n1 is off and, at the end, may be wanted; n2 has just been seen off.</summary>
    private static RackRig Cycled(PowerPlan power, NodePlan n1, NodePlan n2, bool wantOther = false)
    {
        var rig = new RackRig(Plans.Rack(power, n1, n2));
        rig.See("n2", PowerState.On);
        rig.Run(10);
        rig.Give(rig.Ask(NodeVerb.Cycle, "n2"));
        rig.See("n2", PowerState.Off);
        rig.Actions.Clear();
        if (wantOther)
        {
            rig.See("n2", PowerState.On);
            rig.Give(rig.Ask(NodeVerb.On, "n1"));
            rig.See("n2", PowerState.Off);
        }

        rig.Run();
        return rig;
    }
}
