using Holdfast.Hal;
using Xunit;

namespace Holdfast.Rack.Tests.Power;

/// <summary>A node that is wanted and still off says what it waits for, in words that do not change from step to step.</summary>
public sealed class WaitingTests
{
    [Fact]
    public void Who_waits_for_the_power_budget_says_so()
    {
        var rig = new RackRig(Plans.Rack(Plans.Power(budget: 240), On("n1"), On("n2")));
        rig.See("n1", PowerState.On);
        rig.Run();

        Assert.Equal(
            (
                NodeState.Off,
                "waits: it needs 145 W more to start than is left of the power budget of 240 W (the inverter gives no more)"
            ),
            Told(rig, "n2")
        );
    }

    [Fact]
    public void Who_waits_for_the_inrush_limit_says_so()
    {
        var rig = new RackRig(Plans.Rack(Plans.Power(inrush: 60), On("n1"), On("n2"))).Run();

        Assert.Equal(
            (
                NodeState.Off,
                "waits: it adds 50 W while it starts, more than is left of the inrush limit of 60 W (the breaker is fast)"
            ),
            Told(rig, "n2")
        );
    }

    [Fact]
    public void Who_waits_for_its_turn_says_for_whom()
    {
        var rig = new RackRig(Plans.Rack(Plans.Power(inrush: 60), On("n1"), On("n2"), On("n3"))).Run();

        Assert.Equal((NodeState.Off, "waits: it is n2's turn to start"), Told(rig, "n3"));
    }

    [Fact]
    public void Who_may_not_start_because_of_smoke_says_so()
    {
        var rig = new RackRig(Plans.Rack(On("n1"), On("n2")));
        rig.Trip("zone-a-smoke", SafetyState.Active);
        rig.Run();

        Assert.Equal((NodeState.Off, "waits: there is smoke in zone-a"), Told(rig, "n1"));
    }

    [Fact]
    public void The_words_do_not_change_while_it_waits()
    {
        var rig = new RackRig(Plans.Rack(Plans.Power(budget: 240), On("n1"), On("n2"), On("n3")));
        rig.See("n1", PowerState.On);
        var said = new HashSet<string>(StringComparer.Ordinal);
        for (var second = 0; second < 100; second++)
        {
            rig.Heat(25 + (second % 3));
            rig.Run();
            said.Add(rig.Node("n2").Reason);
        }

        Assert.Single(said);
    }

    [Fact]
    public void Who_has_its_turn_no_longer_waits()
    {
        var rig = new RackRig(Plans.Rack(Plans.Power(inrush: 60), On("n1"), On("n2"))).Run();
        rig.See("n1", PowerState.On);
        rig.Run(10);

        Assert.Equal((NodeState.Waking, "told to start"), Told(rig, "n2"));
    }

    private static (NodeState State, string Reason) Told(RackRig rig, string node) =>
        (rig.State(node), rig.Node(node).Reason);

    private static NodePlan On(string name) => Plans.Node(name) with { Start = StartPolicy.On };
}
