using Holdfast.Hal;
using Xunit;

namespace Holdfast.Rack.Tests.Commands;

/// <summary>What is refused says why and what would help; and what strangers send harms nothing.</summary>
public sealed class RefusalTests
{
    private readonly RackRig rig = new(Plans.Rack(Plans.Node("n1"), Plans.Node("n2") with { CanWake = false }));

    public RefusalTests() => rig.Run();

    [Fact]
    public void An_unknown_node() => Refused(rig.Ask(NodeVerb.On, "n9"), "there is no node n9");

    [Fact]
    public void An_unknown_zone() => Refused(rig.Ask(FanMode.Full, zone: "zone-z"), "there is no zone zone-z");

    [Theory]
    [InlineData(0)]
    [InlineData(-1)]
    [InlineData(86_401)]
    [InlineData(900_000_000_000)]
    public void An_absurd_deadline(double seconds) =>
        Refused(rig.Ask(NodeVerb.On, "n1", seconds), "the deadline must be more than zero and 24 h at most");

    [Theory]
    [InlineData(0)]
    [InlineData(65)]
    [InlineData(1_000_000)]
    public void An_absurd_id(int length) =>
        Refused(rig.Ask(NodeVerb.On, "n1", id: new string('x', length)), "the id must have 1 to 64 characters");

    [Theory]
    [InlineData(-0.1)]
    [InlineData(100.1)]
    [InlineData(1e300)]
    public void A_duty_that_no_fan_has(double duty) =>
        Refused(rig.Ask(FanMode.Fixed, duty), $"a duty is 0 to 100 %, not {new Percent(duty)}");

    [Fact]
    public void A_wake_of_a_node_without_wake_on_lan() =>
        Refused(rig.Ask(NodeVerb.Wake, "n2"), "n2 has no wake-on-LAN in the board file; use on");

    [Fact]
    public void A_cycle_of_a_node_that_is_off() => Refused(rig.Ask(NodeVerb.Cycle, "n1"), "n1 is off; use on");

    [Theory]
    [InlineData(NodeVerb.On)]
    [InlineData(NodeVerb.Off)]
    public void Anything_for_a_node_in_maintenance(NodeVerb verb)
    {
        rig.Give(rig.Ask(NodeVerb.Maintain, "n1"));
        Refused(rig.Ask(verb, "n1"), "n1 is in maintenance; release it first");
    }

    [Fact]
    public void A_start_in_smoke()
    {
        rig.Trip("zone-a-smoke", SafetyState.Active);
        rig.Run();
        Refused(rig.Ask(NodeVerb.On, "n1"), "there is smoke in zone-a");
    }

    [Fact]
    public void A_start_in_heat()
    {
        rig.Heat(45);
        rig.Run();
        Refused(rig.Ask(NodeVerb.On, "n1"), "zone-a is too hot; wait until it is below 32 °C");
    }

    [Fact]
    public void An_off_is_not_refused_in_smoke_or_heat()
    {
        rig.See("n1", PowerState.On);
        rig.Heat(50);
        rig.Run();

        Assert.Equal(CommandStage.Accepted, rig.Give(rig.Ask(NodeVerb.Off, "n1")).Stage);
    }

    [Fact]
    public void More_than_the_book_holds()
    {
        var nodes = Enumerable.Range(0, 257).Select(i => Plans.Node($"m{i}")).ToArray();
        var large = new RackRig(Plans.Rack(Plans.Power(1e6, 60), [.. nodes])).Run();
        var outcomes = large.Step(1, [.. nodes.Select(n => large.Ask(NodeVerb.On, n.Node.Text))]).Outcomes;

        Assert.Equal(256, outcomes.Count(outcome => outcome.Stage == CommandStage.Accepted));
        Assert.Equal("too many commands are open; wait for some to end", outcomes[256].Text);
    }

    [Fact]
    public void Time_that_runs_backwards_is_a_bug()
    {
        var late = rig.Look() with { Now = rig.Now - TimeSpan.FromTicks(1) };

        Assert.Throws<InvariantViolationException>(() => rig.Controller.Step(late));
    }

    [Fact]
    public void A_wall_clock_that_is_set_back_is_not()
    {
        var dark = rig.Look() with { WallTime = DateTimeOffset.UnixEpoch };

        Assert.Empty(rig.Controller.Step(dark).Events);
    }

    private void Refused(OperatorCommand command, string why)
    {
        rig.Actions.Clear();
        Assert.Equal(new CommandOutcome(command.Id, CommandStage.Refused, "", why), rig.Give(command));
        rig.Run(10);
        Assert.Empty(rig.Orders);
    }
}
