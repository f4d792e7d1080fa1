using FsCheck;
using FsCheck.Fluent;
using Holdfast.Rack.Thermal;
using Xunit;

namespace Holdfast.Rack.Tests.Thermal;

/// <summary>The duty for a temperature. The plan wants 25 °C, full at 35 °C, at least 20 %.</summary>
public sealed class FanCurveTests
{
    private readonly FanCurve curve = new(Plans.Zone().Thermal);
    private double now = 100;

    [Theory]
    [InlineData(-40, 20)]
    [InlineData(25, 20)]
    [InlineData(27.5, 40)]
    [InlineData(30, 60)]
    [InlineData(35, 100)]
    [InlineData(90, 100)]
    public void At_first_the_duty_is_proportional(double celsius, double duty) =>
        Assert.Equal(duty, Duty(celsius), 1e-9);

    [Fact]
    public void At_full_the_fans_stay_full_until_it_is_two_degrees_cooler()
    {
        Assert.Equal(100, Duty(35));
        Assert.Equal(100, Duty(33.1));
        Assert.True(Duty(33) < 100);
        Assert.True(Duty(33.1) < 100);
    }

    [Fact]
    public void A_lasting_error_raises_the_duty_until_it_is_gone()
    {
        var first = Duty(28);
        var later = Settle(28, 120);
        Assert.True(later > first + 5, $"{first} % became {later} %");

        var holding = Settle(25, 600);
        Assert.True(holding > 20, "what the integral found is kept at the target");
        Assert.Equal(20, Settle(20, 600));
    }

    [Fact]
    public void Nothing_winds_up_while_the_duty_is_at_its_end()
    {
        Settle(45, 3600);
        Assert.True(Duty(30) < 70, "an hour of heat must not keep the fans full");

        Settle(0, 3600);
        Assert.Equal(60, Duty(30), 1);
    }

    [Fact]
    public void A_long_pause_between_two_readings_gives_no_jump_beyond_full()
    {
        Duty(26);
        now += 1e6;

        Assert.InRange(Duty(26), 20, 100);
        Assert.InRange(Duty(26), 20, 100);
    }

    [Fact]
    public void The_duty_is_always_between_least_and_full_and_full_where_it_must_be() =>
        Prop.ForAll(
                Gen.Choose(-60, 120).Zip(Gen.Choose(0, 1000)).ArrayOf().ToArbitrary(),
                steps =>
                {
                    var fresh = new FanCurve(Plans.Zone().Thermal);
                    var at = 0.0;
                    return Array.TrueForAll(
                        steps,
                        step =>
                        {
                            at += step.Item2;
                            var duty = fresh.Duty(new Celsius(step.Item1), MonotonicTime.FromSeconds(at)).Value;
                            return duty is >= 20 and <= 100 && (step.Item1 < 35 || duty == 100);
                        }
                    );
                }
            )
            .QuickCheckThrowOnFailure();

    private double Duty(double celsius)
    {
        now += 0.001;
        return curve.Duty(new Celsius(celsius), MonotonicTime.FromSeconds(now)).Value;
    }

    private double Settle(double celsius, int seconds)
    {
        var duty = 0.0;
        for (var second = 0; second < seconds; second++)
        {
            now++;
            duty = Duty(celsius);
        }

        return duty;
    }
}
