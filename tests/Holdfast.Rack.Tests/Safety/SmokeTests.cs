using Holdfast.Hal;
using Xunit;

namespace Holdfast.Rack.Tests.Safety;

/// <summary>Smoke switches a zone off, at once and in order; nobody but a person switches it on again.</summary>
public sealed class SmokeTests
{
    private const string Detector = "zone-a-smoke";

    private readonly RackRig rig = new(
        Plans.Rack(Plans.Node("n1", 1), Plans.Node("n2", 3), Plans.Node("n3", 2), Plans.Node("other", 9, "zone-b"))
    );

    public SmokeTests()
    {
        foreach (var node in new[] { "n1", "n2", "n3", "other" })
        {
            rig.See(node, PowerState.On);
        }

        rig.Run();
    }

    [Fact]
    public void The_zone_is_switched_off_hard_one_a_second_in_stop_order()
    {
        rig.Trip(Detector, SafetyState.Active);
        rig.Run();
        Assert.Equal(["n2 Off"], rig.Orders);

        rig.Run();
        rig.Run();
        Assert.Equal(["n2 Off", "n3 Off", "n1 Off"], rig.Orders);
    }

    [Fact]
    public void Another_zone_runs_on()
    {
        rig.Trip(Detector, SafetyState.Active);
        rig.Run(100);

        Assert.Equal(NodeState.On, rig.State("other"));
        Assert.DoesNotContain(rig.Orders, order => order.StartsWith("other", StringComparison.Ordinal));
    }

    [Fact]
    public void It_is_a_critical_alarm_that_stands_until_it_is_clear()
    {
        rig.Trip(Detector, SafetyState.Active);
        rig.Run(10);
        var alarm = Assert.Single(rig.Controller.Snapshot.Alarms);
        Assert.Equal((Severity.Critical, "smoke", Detector), (alarm.Severity, alarm.Code, alarm.Subject));

        rig.Trip(Detector, SafetyState.Clear);
        rig.Run();
        Assert.Empty(rig.Alarms);
        Assert.Equal("smoke-cleared", rig.Events[^1].Code);
    }

    [Fact]
    public void Nodes_stay_off_when_the_smoke_has_gone_until_somebody_switches_them_on()
    {
        rig.Trip(Detector, SafetyState.Active);
        rig.Run(10);
        AllOff();
        rig.Trip(Detector, SafetyState.Clear);
        rig.Run(600);
        Assert.DoesNotContain("n1 On", rig.Orders);

        rig.Give(rig.Ask(NodeVerb.On, "n1"));
        Assert.Contains("n1 On", rig.Orders);
    }

    [Fact]
    public void Nodes_stay_off_over_a_restart_too()
    {
        rig.Trip(Detector, SafetyState.Active);
        rig.Run(10);
        var next = new RackRig(Plans.Rack(Plans.Node("n1"), Plans.Node("n2"), Plans.Node("n3")), rig.Controller.Memory);
        next.Run(100);

        Assert.Empty(next.Orders);
        Assert.False(next.Node("n1").Wanted);
    }

    [Fact]
    public void A_node_on_its_way_to_a_soft_stop_is_switched_off_at_once()
    {
        rig.Give(rig.Ask(NodeVerb.Off, "n2"));
        rig.Give(rig.Ask(NodeVerb.On, "n2"));
        rig.Actions.Clear();
        rig.Trip(Detector, SafetyState.Active);
        rig.Run();

        Assert.Equal(["n2 Off"], rig.Orders);
    }

    [Fact]
    public void A_node_that_was_told_to_stop_is_not_left_to_its_system()
    {
        rig.Give(rig.Ask(NodeVerb.Off, "n2"));
        rig.Actions.Clear();
        rig.Trip(Detector, SafetyState.Active);
        rig.Run(3);

        Assert.Contains("n2 Off", rig.Orders);
    }

    [Fact]
    public void A_node_that_cannot_be_observed_is_switched_off_when_it_is_observed_on()
    {
        rig.See("n2", PowerState.Unknown);
        rig.Trip(Detector, SafetyState.Active);
        rig.Run(100);
        Assert.DoesNotContain("n2 Off", rig.Orders);

        rig.See("n2", PowerState.On);
        rig.Run();
        Assert.Contains("n2 Off", rig.Orders);
    }

    [Fact]
    public void A_node_that_waits_for_its_start_does_not_start()
    {
        rig.See("n1", PowerState.Off);
        rig.Run();
        var start = rig.Ask(NodeVerb.On, "n1");
        rig.Trip(Detector, SafetyState.Active);
        rig.Step(1, start);
        rig.Run(100);

        Assert.DoesNotContain("n1 On", rig.Orders);
    }

    [Fact]
    public void A_node_that_starts_late_is_switched_off_without_being_asked()
    {
        rig.See("n1", PowerState.Off);
        rig.Run();
        rig.Give(rig.Ask(NodeVerb.On, "n1"));
        rig.Trip(Detector, SafetyState.Active);
        rig.Run(20);
        rig.Actions.Clear();
        rig.See("n1", PowerState.On, Presence.Absent);
        rig.Run();

        Assert.Equal(["n1 Off"], rig.Orders);
    }

    [Fact]
    public void A_detector_that_falls_silent_in_smoke_still_means_smoke()
    {
        rig.Trip(Detector, SafetyState.Active);
        rig.Run(5);
        AllOff();
        rig.Trip(Detector, SafetyState.Unknown);
        rig.Run(100);

        Assert.Equal("there is smoke in zone-a", rig.Give(rig.Ask(NodeVerb.On, "n1")).Text);
        Assert.Contains("smoke", rig.Alarms);
    }

    private void AllOff()
    {
        foreach (var node in new[] { "n1", "n2", "n3" })
        {
            rig.See(node, PowerState.Off);
        }

        rig.Run();
    }
}
