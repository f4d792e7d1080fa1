using System.Globalization;
using Xunit;

namespace Holdfast.Hil.Tests;

public sealed class SysClassTests
{
    private const string Chip = "hwmon/hwmon0";

    [Fact]
    public async Task The_tree_has_a_folder_per_chip_with_its_channels()
    {
        await using var rig = await RunningContainer.StartAsync();
        Assert.Equal("hf_climate_a", rig.Value($"{Chip}/name"));
        Assert.Equal("Inlet, zone A", rig.Value($"{Chip}/temp1_label"));
        Assert.InRange(Number(rig, $"{Chip}/temp1_input"), 5_000, 45_000);
        Assert.True(rig.Has($"{Chip}/fan2_input"));
        Assert.InRange(Number(rig, $"{Chip}/pwm1"), 0, 255);
        Assert.Equal("2", rig.Value($"{Chip}/pwm1_enable"));
        Assert.Equal("hf_meter", rig.Value("hwmon/hwmon4/name"));
        Assert.Equal("grid", rig.Value("hwmon/hwmon4/power1_label"));
        Assert.Equal(230_000, Number(rig, "hwmon/hwmon4/in1_input"));
        Assert.True(rig.Has("hwmon/hwmon4/curr4_input"));
    }

    [Fact]
    public async Task Chips_of_one_name_have_folders_of_their_own_in_their_order()
    {
        var plan = ContainerPlan.Default();
        var second = plan.Fans[0] with { Channel = new HwmonChannel("nct6775#1", 1) };
        var first = plan.Fans[1] with { Channel = new HwmonChannel("nct6775", 2) };
        await using var rig = await RunningContainer.StartAsync(
            plan with
            {
                Fans = [second, first],
                Temperatures = [],
                Meters = [],
            }
        );
        Assert.Equal("nct6775", rig.Value("hwmon/hwmon0/name"));
        Assert.True(rig.Has("hwmon/hwmon0/pwm2"));
        Assert.Equal("nct6775", rig.Value("hwmon/hwmon1/name"));
        Assert.True(rig.Has("hwmon/hwmon1/pwm1"));
    }

    [Fact]
    public async Task Meters_show_what_the_nodes_draw_in_microwatts()
    {
        await using var rig = await RunningContainer.StartAsync();
        await rig.PassAsync(TimeSpan.FromSeconds(10));
        var load = rig.Container.Read(model => model.Power(MeterRole.Load)).Value;
        await RunningContainer.UntilAsync(() =>
            Math.Abs(Number(rig, "hwmon/hwmon4/power4_input") - (load * 1e6)) < 1e5
        );
    }

    [Fact]
    public async Task Fans_follow_the_duty_that_was_written_and_ignore_nonsense()
    {
        await using var rig = await RunningContainer.StartAsync();
        var fan = rig.Container.Plan.Fans[0].Fan;
        rig.Write($"{Chip}/pwm1_enable", "1\n");
        rig.Write($"{Chip}/pwm1", "51\n");
        await RunningContainer.UntilAsync(() => Duty(rig, fan) == 20);
        rig.Write($"{Chip}/pwm1", "");
        rig.Write($"{Chip}/pwm2", "256\n");
        rig.Write($"{Chip}/pwm2_enable", "one\n");
        rig.Write($"{Chip}/pwm1", "255\n");
        await RunningContainer.UntilAsync(() => Duty(rig, fan) == 100);
        await rig.PassAsync(TimeSpan.FromMinutes(1));
        await RunningContainer.UntilAsync(() => Number(rig, $"{Chip}/fan1_input") > 4000);
        rig.Write($"{Chip}/pwm1_enable", "2\n");
        await rig.PassAsync(TimeSpan.FromSeconds(10));
        await RunningContainer.UntilAsync(() => Duty(rig, fan) < 100);
        Assert.Equal("255", rig.Value($"{Chip}/pwm1"));
    }

    [Fact]
    public async Task Broken_sensors_vanish_fall_silent_or_show_nonsense()
    {
        await using var rig = await RunningContainer.StartAsync();
        var sensors = rig.Container.Plan.Temperatures;
        var minute = TimeSpan.FromMinutes(1);
        rig.Container.Order(new Fault(FaultKind.SensorAbsent, sensors[0].Sensor.Text, TimeSpan.Zero, minute));
        rig.Container.Order(new Fault(FaultKind.SensorStale, sensors[1].Sensor.Text, TimeSpan.Zero, minute));
        rig.Container.Order(new Fault(FaultKind.SensorGarbage, sensors[2].Sensor.Text, TimeSpan.Zero, minute));
        await rig.PassAsync(TimeSpan.FromSeconds(2));
        await RunningContainer.UntilAsync(() => !rig.Has($"{Chip}/temp1_input"));
        await RunningContainer.UntilAsync(() => rig.Value($"{Chip}/temp2_input").Length == 0);
        await RunningContainer.UntilAsync(() =>
            !int.TryParse(rig.Value("hwmon/hwmon1/temp1_input"), out var value) || value is < -60_000 or > 150_000
        );
        await rig.PassAsync(minute);
        await RunningContainer.UntilAsync(() => Number(rig, $"{Chip}/temp1_input") > 0);
    }

    [Fact]
    public async Task Nobody_ever_reads_half_a_value()
    {
        await using var rig = await RunningContainer.StartAsync();
        var path = $"{Chip}/temp1_input";
        for (var i = 0; i < 40; i++)
        {
            await rig.PassAsync(TimeSpan.FromMinutes(20));
            Assert.Matches("^-?[0-9]+\n$", await File.ReadAllTextAsync(Path.Combine(rig.Folder, path)));
        }
    }

    [Fact]
    public async Task Safety_inputs_and_pumps_are_gpio_lines()
    {
        await using var rig = await RunningContainer.StartAsync();
        var smoke = rig.Container.Plan.Inputs.Single(input => input.Input.Text == "smoke-b");
        var pump = rig.Container.Plan.Pumps[1];
        var value = $"gpio/gpio{smoke.GpioLine}/value";
        Assert.Equal("0", rig.Value(value));
        Assert.Equal("in", rig.Value($"gpio/gpio{smoke.GpioLine}/direction"));
        rig.Container.Order(new Fault(FaultKind.Smoke, smoke.Input.Text, TimeSpan.Zero, Fault.UntilTheEnd));
        await rig.PassAsync(TimeSpan.FromSeconds(1));
        await RunningContainer.UntilAsync(() => rig.Value(value) == "1");
        rig.Write($"gpio/gpio{smoke.GpioLine}/active_low", "1\n");
        await RunningContainer.UntilAsync(() => rig.Value(value) == "0");

        Assert.True(rig.Container.Read(model => model.IsPumpRunning(pump.Pump)));
        rig.Write($"gpio/gpio{pump.GpioLine}/value", "0\n");
        await RunningContainer.UntilAsync(() => !rig.Container.Read(model => model.IsPumpRunning(pump.Pump)));
    }

    [Fact]
    public async Task A_lost_grid_shows_in_the_power_supply_class()
    {
        await using var rig = await RunningContainer.StartAsync();
        Assert.Equal("Mains", rig.Value("power_supply/AC0/type"));
        Assert.Equal("1", rig.Value("power_supply/AC0/online"));
        Assert.Equal("Battery", rig.Value("power_supply/BAT0/type"));
        var night = TimeSpan.FromHours(14);
        rig.Container.Order(new Fault(FaultKind.GridLost, Fault.Grid, night, Fault.UntilTheEnd));
        await rig.PassAsync(night + TimeSpan.FromMinutes(10));
        await RunningContainer.UntilAsync(() => rig.Value("power_supply/AC0/online") == "0");
        await RunningContainer.UntilAsync(() => rig.Value("power_supply/BAT0/status") == "Discharging");
        Assert.InRange(Number(rig, "power_supply/BAT0/capacity"), 1, 100);
        await RunningContainer.UntilAsync(() => Number(rig, "power_supply/BAT0/power_now") > 50_000_000);
        Assert.InRange(Number(rig, "power_supply/BAT0/voltage_now"), 46_000_000, 54_000_000);
    }

    [Fact]
    public async Task A_folder_with_classes_of_somebody_else_is_left_alone()
    {
        var folder = Directory.CreateTempSubdirectory("holdfast-hil-").FullName;
        Directory.CreateDirectory(Path.Combine(folder, "hwmon", "hwmon0"));
        var error = await Assert.ThrowsAsync<IOException>(() => StartAsync(folder));
        Assert.Contains("another folder", error.Message, StringComparison.Ordinal);
        Assert.True(Directory.Exists(Path.Combine(folder, "hwmon", "hwmon0")));
        Directory.Delete(folder, recursive: true);
    }

    [Fact]
    public async Task A_second_container_in_the_same_folder_finds_nothing_of_the_first()
    {
        var folder = Directory.CreateTempSubdirectory("holdfast-hil-").FullName;
        await (await StartAsync(folder)).DisposeAsync();
        var plan = ContainerPlan.Default();
        await using (await StartAsync(folder, plan with { Meters = [] }))
        {
            Assert.False(Directory.Exists(Path.Combine(folder, "hwmon", "hwmon4")));
        }

        Directory.Delete(folder, recursive: true);
    }

    private static Task<SimulatedContainer> StartAsync(string folder, ContainerPlan? plan = null) =>
        SimulatedContainer.StartAsync(
            plan ?? ContainerPlan.Default(),
            folder,
            TimeProvider.System,
            CancellationToken.None
        );

    private static double Duty(RunningContainer rig, SensorId fan) =>
        Math.Round(rig.Container.Read(model => model.DutyOf(fan)).Value);

    private static long Number(RunningContainer rig, string path) =>
        long.Parse(rig.Value(path), CultureInfo.InvariantCulture);
}
