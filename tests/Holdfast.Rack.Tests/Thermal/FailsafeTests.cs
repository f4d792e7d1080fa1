using Xunit;

namespace Holdfast.Rack.Tests.Thermal;

/// <summary>Without a good and trusted temperature the fans run at least at the failsafe duty, 80 % in this plan.</summary>
public sealed class FailsafeTests
{
    private const string First = "zone-a-temp-1";
    private const string Second = "zone-a-temp-2";

    private readonly RackRig rig = new(Plans.Rack());

    [Fact]
    public void Before_the_first_reading_the_fans_run_at_the_failsafe_duty()
    {
        rig.Silence(First);
        rig.Silence(Second);
        rig.Run();

        Assert.Equal((80, true), (rig.Duty, rig.Zone().Failsafe));
        Assert.All(rig.Actions.OfType<SetFanDuty>(), fan => Assert.Equal(new Percent(80), fan.Duty));
        Assert.Equal(2, rig.Actions.OfType<SetFanDuty>().Count());
    }

    [Fact]
    public void A_sensor_that_was_not_read_yet_is_no_alarm_until_it_should_have_been()
    {
        rig.Silence(First);
        rig.Run(10);
        Assert.Equal((80, 0), (rig.Duty, rig.Alarms.Count()));

        rig.Run(2);
        Assert.Equal(["zone-failsafe"], rig.Alarms);
    }

    [Fact]
    public void A_cool_zone_with_good_sensors_runs_at_the_least_duty()
    {
        rig.Run();

        Assert.Equal((20, false), (rig.Duty, rig.Zone().Failsafe));
        Assert.Empty(rig.Alarms);
    }

    [Fact]
    public void Fans_go_to_failsafe_when_a_sensor_goes_stale()
    {
        rig.Run();
        rig.Silence(First);
        rig.Run(10);
        Assert.Equal(20, rig.Duty);

        rig.Run();
        Assert.Equal(80, rig.Duty);
        Assert.Equal(["zone-failsafe"], rig.Alarms);
        Assert.Contains($"{First} (stale)", rig.Events[^1].Text, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(25, Quality.Fault)]
    [InlineData(25, Quality.Absent)]
    [InlineData(25, Quality.Stale)]
    [InlineData(double.NaN, Quality.Good)]
    [InlineData(double.PositiveInfinity, Quality.Good)]
    [InlineData(double.NegativeInfinity, Quality.Good)]
    public void Fans_go_to_failsafe_when_one_sensor_of_two_is_not_good(double value, Quality quality)
    {
        rig.Show(First, value, Unit.Celsius, quality);
        rig.Run();

        Assert.Equal((80, true), (rig.Duty, rig.Zone().Failsafe));
        Assert.Contains(First, rig.Events.Single(e => e.Code == "zone-failsafe").Text, StringComparison.Ordinal);
    }

    [Fact]
    public void A_reading_in_another_unit_is_no_temperature()
    {
        rig.Show(First, 25, Unit.Percent);
        rig.Run();

        Assert.True(rig.Zone().Failsafe);
    }

    [Fact]
    public void No_number_that_is_none_is_shown_as_good()
    {
        rig.Show(First, double.NaN, Unit.Celsius);
        rig.Show(Second, double.NaN, Unit.Celsius);
        rig.Run();

        Assert.Equal(Quality.Fault, rig.Zone().Temperature.Quality);
    }

    [Fact]
    public void Sensors_that_differ_too_much_cannot_both_be_right()
    {
        rig.Show(First, 20, Unit.Celsius);
        rig.Show(Second, 32, Unit.Celsius);
        rig.Run();
        Assert.False(rig.Zone().Failsafe);

        rig.Show(First, 19.5, Unit.Celsius);
        rig.Run();
        Assert.True(rig.Zone().Failsafe);
        Assert.Contains("differ by", rig.Events[^1].Text, StringComparison.Ordinal);
    }

    [Fact]
    public void The_alarm_names_the_sensors_that_fail_now()
    {
        rig.Show(First, 25, Unit.Celsius, Quality.Fault);
        rig.Run();
        rig.Show(First, 25, Unit.Celsius);
        rig.Show(Second, 25, Unit.Celsius, Quality.Fault);
        rig.Run();

        var text = Assert.Single(rig.Controller.Snapshot.Alarms).Text;
        Assert.Contains(Second, text, StringComparison.Ordinal);
        Assert.DoesNotContain(First, text, StringComparison.Ordinal);
    }

    [Fact]
    public void The_alarm_says_the_same_while_the_sensors_drift_apart()
    {
        var said = new HashSet<string>(StringComparer.Ordinal);
        for (var spread = 13; spread < 20; spread++)
        {
            rig.Show(First, 20, Unit.Celsius);
            rig.Show(Second, 20 + spread, Unit.Celsius);
            rig.Run();
            said.Add(Assert.Single(rig.Controller.Snapshot.Alarms).Text);
        }

        Assert.Single(said);
    }

    [Fact]
    public void The_hottest_good_sensor_rules()
    {
        rig.Show(First, 24, Unit.Celsius);
        rig.Show(Second, 30, Unit.Celsius);
        rig.Run();

        Assert.Equal(30, rig.Zone().Temperature.Value);
        Assert.Equal(60, rig.Duty, 1e-9);
    }

    [Fact]
    public void A_hot_zone_in_failsafe_runs_faster_still()
    {
        rig.Show(First, 25, Unit.Celsius, Quality.Fault);
        rig.Show(Second, 36, Unit.Celsius);
        rig.Run();

        Assert.Equal(100, rig.Duty);
    }

    [Fact]
    public void The_loop_takes_over_again_when_all_sensors_are_good()
    {
        rig.Show(First, 25, Unit.Celsius, Quality.Fault);
        rig.Run();
        rig.Heat(25);
        rig.Run();

        Assert.Equal(20, rig.Duty);
        Assert.Empty(rig.Alarms);
        Assert.Equal("zone-failsafe-cleared", rig.Events[^1].Code);
    }

    [Fact]
    public void A_reading_of_a_sensor_that_nobody_knows_is_ignored()
    {
        rig.Show("stranger", 90, Unit.Celsius);
        rig.Run();

        Assert.Equal(20, rig.Duty);
    }
}
