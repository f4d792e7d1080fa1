using FsCheck;
using FsCheck.Fluent;
using Xunit;

namespace Holdfast.Hil.Tests;

public sealed class EnergySystemTests
{
    private static readonly ContainerEnergy Plan = new();

    [Fact]
    public void Energy_is_kept_and_the_battery_stays_within_its_bounds() =>
        Prop.ForAll(
                Gen.Choose(0, 6000)
                    .Zip(Gen.Choose(0, 1000))
                    .Zip(Gen.Elements(true, false))
                    .Select(x => (Load: x.Item1.Item1, Sun: x.Item1.Item2, GridLost: x.Item2))
                    .ListOf()
                    .ToArbitrary(),
                hours =>
                {
                    var energy = new EnergySystem(Plan);
                    foreach (var hour in hours)
                    {
                        AnHour(energy, hour.Load, hour.Sun, hour.GridLost);
                    }
                }
            )
            .QuickCheckThrowOnFailure();

    [Fact]
    public void The_battery_carries_the_load_when_the_grid_is_lost()
    {
        var energy = new EnergySystem(Plan);
        energy.Advance(1, 1000, 0, gridLost: true);
        Assert.True(energy.Feeds);
        Assert.Equal(0, energy.Grid);
        Assert.InRange(energy.Battery, 1000, 1100);
    }

    [Fact]
    public void More_than_the_inverter_can_give_makes_it_dark()
    {
        var energy = new EnergySystem(Plan);
        energy.Advance(1, Plan.InverterMax.Value + 1, 0, gridLost: true);
        Assert.False(energy.Feeds);
        Assert.Equal(0, energy.Load);
        energy.Advance(1, 1000, 0, gridLost: false);
        Assert.True(energy.Feeds);
    }

    [Fact]
    public void The_sun_serves_before_the_grid_and_charges_with_the_rest()
    {
        var energy = new EnergySystem(Plan with { BatteryCharge = new Percent(92) });
        energy.Advance(1, 1000, 1000, gridLost: false);
        Assert.Equal(0, energy.Grid);
        Assert.True(energy.Solar > 1000);
        Assert.True(energy.Battery < 0);
    }

    private static void AnHour(EnergySystem energy, double load, double sun, bool gridLost)
    {
        for (var minute = 0; minute < 60; minute++)
        {
            var before = energy.Stored;
            energy.Advance(60, load, sun, gridLost);
            var gained = energy.Stored - before;
            var delivered = -energy.Battery / 60;
            Assert.InRange(energy.Charge, 0, 1);
            Assert.True(energy.Loss >= -1e-9);
            Assert.True(gained <= delivered + 1e-9, $"{gained} Wh gained from {delivered} Wh");
            Assert.True(gained >= (delivered / 0.95) - 1e-9 || delivered > 0);
            Assert.True(!gridLost || energy.Grid == 0);
        }
    }
}
