using Xunit;

namespace Holdfast.Rack.Tests.Thermal;

/// <summary>Driving the fans: modes, dead ones, writes that get lost.</summary>
public sealed class FanTests
{
    private const string Fan = "zone-a-fan-1";

    private readonly RackRig rig = new(Plans.Rack());

    public FanTests() => rig.Run();

    [Fact]
    public void A_fan_that_stands_still_is_dead_after_a_moment_and_the_others_run_full()
    {
        rig.Show(Fan, 59, Unit.Rpm);
        rig.Run(15);
        Assert.Equal(20, rig.Duty);

        rig.Run();
        Assert.Equal(100, rig.Duty);
        Assert.Equal(["fan-dead"], rig.Alarms);

        rig.Show(Fan, 60, Unit.Rpm);
        rig.Run();
        Assert.Equal(20, rig.Duty);
        Assert.Empty(rig.Alarms);
    }

    [Theory]
    [InlineData(0, Quality.Absent)]
    [InlineData(0, Quality.Fault)]
    [InlineData(double.NaN, Quality.Good)]
    public void A_fan_whose_speed_is_not_known_is_not_called_dead(double rpm, Quality quality)
    {
        rig.Show(Fan, rpm, Unit.Rpm, quality);
        rig.Run(100);

        Assert.Empty(rig.Alarms);
    }

    [Theory]
    [InlineData(Quality.Absent)]
    [InlineData(Quality.Fault)]
    public void A_dead_fan_whose_speed_is_no_longer_known_stays_dead(Quality quality)
    {
        rig.Show(Fan, 0, Unit.Rpm);
        rig.Run(16);
        rig.Show(Fan, 0, Unit.Rpm, quality);
        rig.Run(100);

        Assert.Equal(100, rig.Duty);
        Assert.Equal(["fan-dead"], rig.Alarms);
    }

    [Fact]
    public void A_fan_that_only_hesitates_is_not_dead()
    {
        for (var i = 0; i < 5; i++)
        {
            rig.Show(Fan, 0, Unit.Rpm);
            rig.Run(14);
            rig.Show(Fan, 300, Unit.Rpm);
            rig.Run();
        }

        Assert.Empty(rig.Events);
    }

    [Fact]
    public void The_duty_is_sent_again_so_that_a_lost_write_heals()
    {
        rig.Actions.Clear();
        rig.Run(20);

        Assert.Equal(2 * 4, rig.Actions.OfType<SetFanDuty>().Count());
    }

    [Fact]
    public void A_new_duty_is_sent_at_once()
    {
        rig.Actions.Clear();
        rig.Heat(30);
        rig.Run();

        Assert.All(rig.Actions.OfType<SetFanDuty>(), fan => Assert.Equal(rig.Zone().Duty, fan.Duty));
        Assert.Equal(2, rig.Actions.Count);
    }

    [Fact]
    public void A_fan_that_takes_no_orders_is_an_alarm_until_it_does()
    {
        rig.FansAnswer = false;
        rig.Confirm(done: false, "Input/output error");
        rig.Run();
        Assert.Equal(["fan-not-driven"], rig.Alarms);
        Assert.Contains("Input/output error", rig.Events[^1].Text, StringComparison.Ordinal);

        rig.Actions.Clear();
        rig.Run(5);
        rig.Confirm();
        rig.Run();
        Assert.Empty(rig.Alarms);
    }

    [Fact]
    public void A_fan_that_takes_its_orders_does_not_hide_one_that_does_not()
    {
        rig.FansAnswer = false;
        for (var i = 0; i < 5; i++)
        {
            rig.Actions.Clear();
            rig.Run(5);
            rig.Answer(rig.Actions[0], done: false, "Input/output error");
            rig.Answer(rig.Actions[1], done: true);
        }

        rig.Run();
        Assert.Equal(["fan-not-driven"], rig.Alarms);
        Assert.DoesNotContain("fan-not-driven-cleared", rig.Codes);
    }

    [Fact]
    public void A_fan_whose_driver_never_answers_is_an_alarm()
    {
        rig.FansAnswer = false;
        rig.Run(14);
        Assert.Empty(rig.Alarms);

        rig.Run(10);
        Assert.Equal(["fan-not-driven"], rig.Alarms);
    }

    [Fact]
    public void Full_is_full()
    {
        rig.Give(rig.Ask(FanMode.Full));

        Assert.Equal((100, FanMode.Full), (rig.Duty, rig.Zone().FanMode));
    }

    [Theory]
    [InlineData(0, 20)]
    [InlineData(50, 50)]
    [InlineData(100, 100)]
    public void Fixed_is_what_was_asked_but_never_below_the_least(double asked, double duty)
    {
        rig.Give(rig.Ask(FanMode.Fixed, asked));

        Assert.Equal(duty, rig.Duty);
    }

    [Theory]
    [InlineData(30, Quality.Good, 30)]
    [InlineData(36, Quality.Good, 100)]
    [InlineData(25, Quality.Fault, 80)]
    public void Fixed_never_goes_below_what_safety_needs(double celsius, Quality quality, double duty)
    {
        rig.Give(rig.Ask(FanMode.Fixed, 30));
        rig.Show("zone-a-temp-1", celsius, Unit.Celsius, quality);
        rig.Show("zone-a-temp-2", celsius, Unit.Celsius, quality);
        rig.Run();

        Assert.Equal(duty, rig.Duty);
    }

    [Fact]
    public void Auto_gives_the_fans_back_to_the_loop()
    {
        rig.Give(rig.Ask(FanMode.Full));
        rig.Give(rig.Ask(FanMode.Auto));

        Assert.Equal(20, rig.Duty);
    }

    [Fact]
    public void A_mode_is_done_when_every_fan_has_taken_it()
    {
        rig.FansAnswer = false;
        rig.Actions.Clear();
        var command = rig.Ask(FanMode.Full);
        rig.Step(1, command);
        Assert.Equal(CommandStage.Accepted, Assert.Single(rig.Outcomes).Stage);

        rig.Actions.RemoveAt(1);
        rig.Confirm();
        rig.Run();
        Assert.Single(rig.Outcomes);

        rig.Run(5);
        rig.Confirm();
        rig.Run();
        Assert.Equal(new CommandOutcome(command.Id, CommandStage.Done, "full", "zone-a is full"), rig.Outcomes[^1]);
    }

    [Fact]
    public void A_mode_that_no_fan_took_is_not_said_to_be_observed()
    {
        rig.FansAnswer = false;
        var command = rig.Ask(FanMode.Full, deadlineS: 10);
        rig.Step(1, command);
        rig.Run(10);

        Assert.Equal(
            new CommandOutcome(command.Id, CommandStage.Failed, "", "not observed within 10 s"),
            rig.Outcomes[^1]
        );
    }

    [Fact]
    public void The_mode_survives_a_restart()
    {
        rig.Give(rig.Ask(FanMode.Fixed, 55));
        var next = new RackRig(Plans.Rack(), rig.Controller.Memory).Run();

        Assert.Equal((55, FanMode.Fixed), (next.Duty, next.Zone().FanMode));
    }
}
