using Holdfast.Hal;
using Xunit;

namespace Holdfast.Rack.Tests.Power;

/// <summary>A device may be busy with an order for a minute and more; one that is no longer wanted must not take effect then.</summary>
public sealed class RecallTests
{
    private readonly RackRig rig = new(Plans.Rack(Plans.Node("n1")));

    public RecallTests()
    {
        rig.Run();
        rig.Give(rig.Ask(NodeVerb.On, "n1"));
        Assert.Equal(["n1 On"], rig.Orders);
    }

    [Fact]
    public void Who_takes_a_node_into_hands_is_not_surprised_by_its_start()
    {
        rig.Give(rig.Ask(NodeVerb.Maintain, "n1"));

        Assert.Equal(["n1"], rig.Recalls);
    }

    [Fact]
    public void A_start_that_is_no_longer_wanted_is_recalled_once()
    {
        rig.Give(rig.Ask(NodeVerb.Off, "n1"));
        rig.Run(100);

        Assert.Equal(["n1"], rig.Recalls);
        Assert.Equal(["n1 On"], rig.Orders);
    }

    [Fact]
    public void A_start_in_a_zone_that_has_become_too_hot_is_recalled()
    {
        rig.Heat(50);
        rig.Run(2);

        Assert.Equal(["n1"], rig.Recalls);
        Assert.Equal(NodeState.Off, rig.State("n1"));
    }

    [Fact]
    public void A_start_with_smoke_in_the_zone_is_recalled()
    {
        rig.Trip("zone-a-smoke", SafetyState.Active);
        rig.Run(2);

        Assert.Equal(["n1"], rig.Recalls);
    }

    [Fact]
    public void A_stop_that_is_no_longer_wanted_is_recalled()
    {
        rig.See("n1", PowerState.On);
        rig.Run();
        rig.Give(rig.Ask(NodeVerb.Off, "n1"));
        rig.Give(rig.Ask(NodeVerb.On, "n1"));

        Assert.Equal(["n1"], rig.Recalls);
    }

    [Fact]
    public void An_order_that_the_device_has_answered_needs_no_recall()
    {
        rig.Confirm();
        rig.Run();
        rig.Give(rig.Ask(NodeVerb.Maintain, "n1"));

        Assert.Empty(rig.Recalls);
    }

    [Fact]
    public void Who_asks_for_a_start_again_lets_the_first_go_on()
    {
        rig.Give(rig.Ask(NodeVerb.On, "n1"));

        Assert.Empty(rig.Recalls);
        Assert.Equal(["n1 On"], rig.Orders);
    }
}
