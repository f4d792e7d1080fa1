using Holdfast.Hal;
using Holdfast.Rack.Events;
using Xunit;

namespace Holdfast.Rack.Tests.Events;

public sealed class EventLogTests
{
    private static readonly DateTimeOffset Noon = new(2031, 1, 2, 12, 0, 0, TimeSpan.Zero);

    private readonly EventLog log = new(nextSequence: 41);

    public EventLogTests() => log.Begin(Noon);

    [Fact]
    public void Events_are_numbered_on_from_the_last_recorded_one()
    {
        log.Say(Severity.Info, "n1", "a", "A.");
        log.Say(Severity.Error, "n2", "b", "B.");
        Assert.Equal(
            [
                new RackEvent(41, Noon, Severity.Info, "n1", "a", "A."),
                new RackEvent(42, Noon, Severity.Error, "n2", "b", "B."),
            ],
            log.Take()
        );

        log.Say(Severity.Info, "n1", "c", "C.");
        Assert.Equal(43, Assert.Single(log.Take()).Sequence);
        Assert.Empty(log.Take());
    }

    [Fact]
    public void An_alarm_is_said_when_it_comes_and_when_it_goes()
    {
        for (var i = 0; i < 5; i++)
        {
            Raise(stands: true);
        }

        Assert.Equal(["fan-dead"], log.Take().Select(e => e.Code));
        Raise(stands: false);
        Raise(stands: false);
        var gone = Assert.Single(log.Take());
        Assert.Equal(("fan-dead-cleared", Severity.Info, "Turns again."), (gone.Code, gone.Severity, gone.Text));
        Assert.Empty(log.Alarms);
    }

    [Fact]
    public void An_alarm_that_never_came_does_not_go()
    {
        Raise(stands: false);

        Assert.Empty(log.Take());
    }

    [Fact]
    public void The_same_alarm_of_two_subjects_is_two()
    {
        Raise(stands: true, "fan-1");
        Raise(stands: true, "fan-2");
        Raise(stands: false, "fan-1");

        Assert.Equal(["fan-2"], log.Alarms.Select(alarm => alarm.Subject));
    }

    [Fact]
    public void The_most_severe_alarm_comes_first_then_the_oldest()
    {
        Raise(stands: true, "late", Severity.Warning, minutes: 2);
        Raise(stands: true, "early", Severity.Warning, minutes: 1);
        Raise(stands: true, "grave", Severity.Critical, minutes: 3);

        Assert.Equal(["grave", "early", "late"], log.Alarms.Select(alarm => alarm.Subject));
    }

    [Fact]
    public void An_alarm_keeps_the_time_at_which_it_came()
    {
        Raise(stands: true);
        Raise(stands: true, minutes: 30);

        Assert.Equal(Noon, Assert.Single(log.Alarms).Since);
    }

    [Fact]
    public void An_alarm_that_stands_tells_its_cause_of_now_and_is_not_said_again()
    {
        Raise(stands: true);
        log.Take();
        log.Begin(Noon.AddMinutes(1));
        log.Alarm(true, Severity.Critical, "fan-1", "fan-dead", "Is gone.", "Turns again.");

        var alarm = Assert.Single(log.Alarms);
        Assert.Equal((Noon, Severity.Critical, "Is gone."), (alarm.Since, alarm.Severity, alarm.Text));
        Assert.Empty(log.Take());
    }

    [Fact]
    public void The_events_of_a_bad_hour_have_no_gap_and_read_as_sentences()
    {
        var rig = new RackRig(Plans.Rack(Plans.Node("n1"), Plans.Node("n2")), nextSequence: 7);
        rig.See("n1", PowerState.On);
        rig.Run();
        rig.Heat(50);
        rig.Trip("zone-a-leak", SafetyState.Active);
        rig.Trip("zone-a-door", SafetyState.Unknown);
        rig.Battery(UpsState.OnBattery, 10);
        rig.Show("zone-a-fan-1", 0, Unit.Rpm);
        rig.Run(300);
        rig.See("n1", PowerState.Off);
        rig.Heat(20);
        rig.Battery(UpsState.Online, 90);
        rig.Run(300);

        Assert.Equal(Enumerable.Range(7, rig.Events.Count), rig.Events.Select(e => (int)e.Sequence));
        Assert.All(
            rig.Events,
            happened =>
            {
                Assert.Matches("^[a-z]+(-[a-z]+)*$", happened.Code);
                Assert.Matches(@"^\S.*\.$", happened.Text);
            }
        );
    }

    private void Raise(bool stands, string subject = "fan-1", Severity severity = Severity.Error, double minutes = 0)
    {
        log.Begin(Noon.AddMinutes(minutes));
        log.Alarm(stands, severity, subject, "fan-dead", "Stands still.", "Turns again.");
    }
}
