using FsCheck;
using FsCheck.Fluent;
using Xunit;

namespace Holdfast.Hil.Tests;

public sealed class CoolingTests
{
    private static readonly ContainerPlan Plan = ContainerPlan.Default();
    private static readonly ZoneId Zone = Plan.Zones[1].Zone;
    private static readonly SensorId[] ZoneFans = [.. Plan.Fans.Where(f => f.Zone == Zone).Select(f => f.Fan)];

    [Fact]
    public void More_duty_is_never_hotter_in_the_steady_state() =>
        Prop.ForAll(
                Gen.Choose(15, 100).Two().ToArbitrary(),
                pair =>
                {
                    var (low, high) = (Math.Min(pair.Item1, pair.Item2), Math.Max(pair.Item1, pair.Item2));
                    return Settled(high).Value <= Settled(low).Value + 1e-9;
                }
            )
            .Check(Config.QuickThrowOnFailure.WithMaxTest(15));

    [Fact]
    public void Full_fans_settle_at_the_temperature_that_is_promised_for_them()
    {
        var model = Night();
        Drive(model, 100);
        Pass(model, 7200);
        Assert.Equal(model.MaxCoolingTemperature(Zone).Value, model.TemperatureOf(Zone).Value, 0.7);
    }

    [Fact]
    public void A_dead_fan_leaves_less_cooling()
    {
        var model = Night();
        Pass(model, 600);
        var both = model.MaxCoolingTemperature(Zone);
        model.Order(new Fault(FaultKind.FanDead, ZoneFans[0].Text, TimeSpan.Zero, Fault.UntilTheEnd));
        Pass(model, 60);
        Assert.True(model.MaxCoolingTemperature(Zone) > both + new Celsius(1));
        Assert.Equal(0, model.SpeedOf(ZoneFans[0]).Value, 1.0);
        Assert.True(model.SpeedOf(ZoneFans[1]).Value > 500);
    }

    [Fact]
    public void Without_fans_a_loaded_zone_overheats_and_full_fans_bring_it_back()
    {
        var model = Afternoon();
        Drive(model, 0);
        Pass(model, 7200);
        Assert.InRange(model.TemperatureOf(Zone).Value, 45, 90);
        Drive(model, 100);
        Pass(model, 3600);
        Assert.InRange(model.TemperatureOf(Zone).Value, 5, 40);
    }

    [Fact]
    public void A_fan_spins_up_with_a_lag_and_stalls_below_its_least_duty()
    {
        var model = Night();
        Drive(model, 0);
        Pass(model, 120);
        Assert.Equal(0, model.SpeedOf(ZoneFans[0]).Value, 1.0);
        Drive(model, 15);
        Pass(model, 120);
        Assert.Equal(0, model.SpeedOf(ZoneFans[0]).Value, 1.0);
        Drive(model, 50);
        Pass(model, 1);
        Assert.InRange(model.SpeedOf(ZoneFans[0]).Value, 100, 2000);
        Pass(model, 60);
        Drive(model, 15);
        Pass(model, 120);
        Assert.InRange(model.SpeedOf(ZoneFans[0]).Value, 900, 1300);
    }

    [Fact]
    public void A_released_fan_follows_the_temperature_by_itself()
    {
        var model = Afternoon();
        Drive(model, 0);
        Pass(model, 7200);
        foreach (var fan in ZoneFans)
        {
            model.ReleaseFan(fan);
        }

        Pass(model, 60);
        Assert.True(model.DutyOf(ZoneFans[0]).Value > 50);
    }

    private static Celsius Settled(int duty)
    {
        var model = Night();
        Drive(model, duty);
        Pass(model, 2 * 3600);
        return model.TemperatureOf(Zone);
    }

    private static ContainerModel Night() => Loaded(startHour: 22);

    private static ContainerModel Afternoon() => Loaded(startHour: 12);

    private static ContainerModel Loaded(double startHour)
    {
        var model = new ContainerModel(Plan with { StartHour = startHour }, seed: 5);
        foreach (var node in Plan.Nodes)
        {
            model.PowerOn(node.Node);
        }

        return model;
    }

    private static void Drive(ContainerModel model, int duty)
    {
        foreach (var fan in ZoneFans)
        {
            model.SetFanDuty(fan, new Percent(duty));
        }
    }

    private static void Pass(ContainerModel model, int seconds)
    {
        for (var second = 0; second < seconds; second++)
        {
            model.Step(TimeSpan.FromSeconds(1));
        }
    }
}
