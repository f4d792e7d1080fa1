using Holdfast.Hal.Linux.PowerSupply;
using Holdfast.Testing;
using Xunit;

namespace Holdfast.Hal.Linux.Tests.PowerSupply;

public sealed class PowerSupplyUpsTests : IDisposable
{
    private readonly SysfsFolder supplies = new();
    private readonly ManualTimeProvider clock = new();

    public PowerSupplyUpsTests()
    {
        supplies["AC0/online"] = "1";
        supplies["BAT0/status"] = "Full";
        supplies["BAT0/capacity"] = "87";
        supplies["BAT0/power_now"] = "150500000";
    }

    [Theory]
    [InlineData("1", "Normal", UpsState.Online)]
    [InlineData("1", "Critical", UpsState.Online)]
    [InlineData("2", "Normal", UpsState.Online)]
    [InlineData("0", "Normal", UpsState.OnBattery)]
    [InlineData("0", "Low", UpsState.LowBattery)]
    [InlineData("0", "Critical", UpsState.LowBattery)]
    [InlineData("0", "Unknown", UpsState.OnBattery)]
    public async Task The_mains_and_the_charge_level_make_the_state(string online, string level, UpsState state)
    {
        supplies["AC0/online"] = online;
        supplies["BAT0/capacity_level"] = level;
        var seen = await ObserveAsync();
        Assert.Equal((state, "", clock.Now), (seen.State, seen.Detail, seen.At));
    }

    [Fact]
    public async Task Without_a_charge_level_a_battery_is_not_low()
    {
        supplies["AC0/online"] = "0";
        Assert.Equal(UpsState.OnBattery, (await ObserveAsync()).State);
    }

    [Theory]
    [InlineData("")]
    [InlineData("3")]
    [InlineData("yes")]
    public async Task Mains_that_make_no_sense_are_unknown_and_not_on_battery(string online)
    {
        supplies["AC0/online"] = online;
        var seen = await ObserveAsync();
        Assert.Equal(UpsState.Unknown, seen.State);
        Assert.Contains("AC0", seen.Detail, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Mains_that_are_not_there_are_unknown()
    {
        supplies.Remove("AC0/online");
        Assert.Equal(UpsState.Unknown, (await ObserveAsync()).State);
    }

    [Fact]
    public async Task A_battery_that_is_not_there_is_unknown_with_absent_readings()
    {
        Directory.Delete(supplies.PathOf("BAT0"), recursive: true);
        var seen = await ObserveAsync();
        Assert.Equal(UpsState.Unknown, seen.State);
        Assert.Equal((Quality.Absent, Quality.Absent), (seen.Charge.Quality, seen.Power.Quality));
        Assert.Contains("BAT0", seen.Detail, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("Discharging", "150500000", 150.5)]
    [InlineData("Charging", "150500000", -150.5)]
    [InlineData("Not charging", "0", 0)]
    [InlineData("Discharging", "-150500000", 150.5)]
    [InlineData("Charging", "-150500000", -150.5)]
    public async Task Power_flows_out_of_the_battery_unless_it_charges(string status, string raw, double watts)
    {
        supplies["BAT0/status"] = status;
        supplies["BAT0/power_now"] = raw;
        var seen = await ObserveAsync();
        Assert.Equal(watts, seen.Power.Value, 1e-9);
        Assert.Equal((Quality.Good, Unit.Watt), (seen.Power.Quality, seen.Power.Unit));
    }

    [Fact]
    public async Task Charge_is_read_in_percent()
    {
        var seen = await ObserveAsync();
        Assert.Equal((87, Unit.Percent, Quality.Good), (seen.Charge.Value, seen.Charge.Unit, seen.Charge.Quality));
    }

    [Theory]
    [InlineData("101")]
    [InlineData("-1")]
    [InlineData("full")]
    [InlineData("")]
    public async Task A_charge_that_makes_no_sense_is_a_fault(string capacity)
    {
        supplies["BAT0/capacity"] = capacity;
        Assert.Equal(Quality.Fault, (await ObserveAsync()).Charge.Quality);
    }

    [Fact]
    public async Task Readings_that_are_missing_are_absent_and_leave_the_state_known()
    {
        supplies.Remove("BAT0/capacity");
        supplies.Remove("BAT0/power_now");
        var seen = await ObserveAsync();
        Assert.Equal(UpsState.Online, seen.State);
        Assert.Equal((Quality.Absent, Quality.Absent), (seen.Charge.Quality, seen.Power.Quality));
    }

    public void Dispose() => supplies.Dispose();

    private Task<UpsObservation> ObserveAsync() =>
        new PowerSupplyUps(supplies.Root, "BAT0", "AC0", new SensorId("ups"), clock).ObserveAsync(
            CancellationToken.None
        );
}
