using Holdfast.Hal;
using Xunit;

namespace Holdfast.Rack.Tests.Safety;

/// <summary>Leak, door, and inputs that cannot be read.</summary>
public sealed class InputTests
{
    private readonly RackRig rig = new(Plans.Rack(Plans.Node("n1")));

    public InputTests()
    {
        rig.See("n1", PowerState.On);
        rig.Run();
    }

    private IEnumerable<bool> Pump => rig.Actions.OfType<SetRelay>().Select(relay => relay.On);

    [Fact]
    public void The_pump_of_a_dry_zone_runs_and_is_told_so_again_and_again()
    {
        Assert.Equal([true], Pump);
        rig.Run(10);

        Assert.Equal([true, true, true], Pump);
    }

    [Fact]
    public void A_leak_stops_the_pump_at_once_and_is_a_critical_alarm()
    {
        rig.Actions.Clear();
        rig.Trip("zone-a-leak", SafetyState.Active);
        rig.Run();

        Assert.Equal([false], Pump);
        Assert.Equal((Severity.Critical, "leak"), (rig.Events[^1].Severity, rig.Events[^1].Code));
        Assert.Empty(rig.Orders);
    }

    [Fact]
    public void The_pump_runs_again_only_when_it_has_been_dry_for_a_minute()
    {
        rig.Trip("zone-a-leak", SafetyState.Active);
        rig.Run();
        rig.Trip("zone-a-leak", SafetyState.Clear);
        rig.Run(30);
        rig.Trip("zone-a-leak", SafetyState.Active);
        rig.Run();
        rig.Trip("zone-a-leak", SafetyState.Clear);
        rig.Actions.Clear();
        rig.Run(60);
        Assert.DoesNotContain(true, Pump);

        rig.Run();
        Assert.Contains(true, Pump);
    }

    [Fact]
    public void A_leak_sensor_that_falls_silent_leaves_the_pump_as_it_is()
    {
        rig.Trip("zone-a-leak", SafetyState.Active);
        rig.Run();
        rig.Trip("zone-a-leak", SafetyState.Unknown);
        rig.Actions.Clear();
        rig.Run(300);

        Assert.NotEmpty(Pump);
        Assert.DoesNotContain(true, Pump);
    }

    [Fact]
    public void No_pump_is_told_anything_before_its_leak_sensor_was_read()
    {
        var blind = new RackRig(Plans.Rack());
        blind.Trip("zone-a-leak", SafetyState.Unknown);
        blind.Run(100);

        Assert.Empty(blind.Actions.OfType<SetRelay>());
    }

    [Fact]
    public void An_open_door_is_a_warning_and_no_more()
    {
        rig.Actions.Clear();
        rig.Trip("zone-a-door", SafetyState.Active);
        rig.Run(2);

        var alarm = Assert.Single(rig.Controller.Snapshot.Alarms);
        Assert.Equal((Severity.Warning, "The door of zone-a is open."), (alarm.Severity, alarm.Text));
        Assert.Empty(rig.Actions);
    }

    [Theory]
    [InlineData("zone-a-smoke", "smoke")]
    [InlineData("zone-a-leak", "leak")]
    [InlineData("zone-a-door", "door")]
    public void An_input_that_cannot_be_read_is_an_alarm_and_no_reason_to_act(string input, string guard)
    {
        rig.Trip(input, SafetyState.Unknown);
        rig.Run(300);

        var alarm = Assert.Single(rig.Controller.Snapshot.Alarms);
        Assert.Equal((input, "input-unknown"), (alarm.Subject, alarm.Code));
        Assert.Contains($"not guarded against {guard}", alarm.Text, StringComparison.Ordinal);
        Assert.Empty(rig.Orders);
        Assert.DoesNotContain(false, Pump);
    }

    [Fact]
    public void An_input_that_is_not_read_any_more_turns_unknown()
    {
        rig.Silence("zone-a-smoke");
        rig.Run(15);
        Assert.Empty(rig.Alarms);

        rig.Run();
        Assert.Equal(["input-unknown"], rig.Alarms);
        var seen = rig.Zone().Safety.Single(s => s.Input.Text == "zone-a-smoke");
        Assert.Equal((SafetyState.Unknown, "not read for some time"), (seen.State, seen.Detail));
    }

    [Fact]
    public void An_input_that_was_never_read_is_an_alarm_once_and_until_it_is_read()
    {
        var blind = new RackRig(Plans.Rack());
        blind.Silence("zone-a-smoke");
        blind.Run(16);
        Assert.Empty(blind.Alarms);

        blind.Run(100);
        var alarm = Assert.Single(blind.Controller.Snapshot.Alarms);
        Assert.Equal(("zone-a-smoke", "input-unknown"), (alarm.Subject, alarm.Code));
        Assert.Contains("(not read yet)", alarm.Text, StringComparison.Ordinal);
        Assert.Equal(["input-unknown"], blind.Codes);

        blind.Trip("zone-a-smoke", SafetyState.Clear);
        blind.Run();
        Assert.Empty(blind.Alarms);
        Assert.Equal(["input-unknown", "input-unknown-cleared"], blind.Codes);
    }

    [Fact]
    public void An_input_that_nobody_knows_is_ignored()
    {
        rig.Trip("stranger", SafetyState.Active);
        rig.Run(10);

        Assert.Empty(rig.Alarms);
    }
}
