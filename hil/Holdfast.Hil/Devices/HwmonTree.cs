using System.Collections.Immutable;
using System.Globalization;

namespace Holdfast.Hil.Devices;

/// <summary>
/// The container's sensors and fans as the kernel's hwmon class shows them (Documentation/hwmon/sysfs-interface): a folder per
/// chip with its name; temperatures in m°C, speeds in rpm, pwm 0 to 255, powers in µW, voltages in mV, currents in mA.
/// </summary>
internal sealed class HwmonTree
{
    // Sensor chips resolve an eighth of a degree.
    private const double TemperatureStep = 0.125;
    private const double SpeedStep = 10;
    private const int PwmMax = 255;
    private const int PwmAtStart = 102;

    // pwmN_enable: 0 full speed, 1 by hand, 2 and more by the chip.
    private const int FullSpeed = 0;
    private const int ByHand = 1;
    private const int ByChip = 2;

    private readonly SysClassTree tree;
    private readonly SharedModel shared;
    private readonly ImmutableArray<(ContainerSensor Plan, string Path)> temperatures;
    private readonly ImmutableArray<(ContainerMeter Plan, string Chip)> meters;
    private readonly FanChannel[] fans;

    public HwmonTree(SysClassTree tree, SharedModel shared)
    {
        this.tree = tree;
        this.shared = shared;
        var plan = shared.Plan;
        var chips = Chips(plan);
        for (var i = 0; i < chips.Length; i++)
        {
            tree.Show($"hwmon/hwmon{i}/name", Driver(chips[i]));
        }

        string Folder(HwmonChannel channel) => $"hwmon/hwmon{Array.IndexOf(chips, channel.Chip)}";
        temperatures = [.. plan.Temperatures.Select(t => (t, $"{Folder(t.Channel)}/temp{Text(t.Channel.Number)}"))];
        meters = [.. plan.Meters.Select(m => (m, Folder(m.Channel)))];
        fans = [.. plan.Fans.Select(f => new FanChannel(f.Fan, Folder(f.Channel), f.Channel.Number))];
        Label();
    }

    /// <summary>Shows what the sensors show now.</summary>
    public void Refresh()
    {
        foreach (var (plan, path) in temperatures)
        {
            Show($"{path}_input", Sense(plan.Sensor), value => Step(value, TemperatureStep) * 1000);
        }

        foreach (var fan in fans)
        {
            Show(fan.Speed, Sense(fan.Fan), value => Step(value, SpeedStep));
        }

        foreach (var (plan, chip) in meters)
        {
            ShowMeter(plan, chip);
        }
    }

    /// <summary>Drives the fans as the firmware last wrote; what makes no sense changes nothing.</summary>
    public void Obey()
    {
        foreach (var fan in fans)
        {
            var pwm = Number(tree.Look(fan.Pwm), PwmMax) ?? fan.LastPwm;
            var enable = Number(tree.Look(fan.Enable), int.MaxValue) ?? fan.LastEnable;
            if (pwm == fan.LastPwm && enable == fan.LastEnable)
            {
                continue;
            }

            (fan.LastPwm, fan.LastEnable) = (pwm, enable);
            shared.Do(model => Drive(model, fan.Fan, pwm, enable));
        }
    }

    /// <summary>In the order of the drivers' names; of one name, in the order of their numbers behind the #.</summary>
    private static string[] Chips(ContainerPlan plan) =>
        [
            .. plan
                .Temperatures.Select(t => t.Channel.Chip)
                .Concat(plan.Fans.Select(f => f.Channel.Chip))
                .Concat(plan.Meters.Select(m => m.Channel.Chip))
                .Distinct()
                .OrderBy(Driver, StringComparer.Ordinal)
                .ThenBy(chip => chip.Length)
                .ThenBy(chip => chip, StringComparer.Ordinal),
        ];

    private static string Driver(string chip) => chip.Split('#')[0];

    private static void Drive(ContainerModel model, SensorId fan, int pwm, int enable)
    {
        if (enable >= ByChip)
        {
            model.ReleaseFan(fan);
        }
        else
        {
            model.SetFanDuty(fan, new Percent(enable == FullSpeed ? 100 : pwm * 100.0 / PwmMax));
        }
    }

    private void Label()
    {
        foreach (var (plan, path) in temperatures)
        {
            tree.Show($"{path}_label", plan.Label);
        }

        foreach (var fan in fans)
        {
            tree.Show(fan.Label, fan.Fan.Text);
            tree.Show(fan.Pwm, Text(PwmAtStart));
            tree.Show(fan.Enable, Text(ByChip));
        }

        foreach (var (plan, chip) in meters)
        {
            foreach (var kind in (ReadOnlySpan<string>)["power", "in", "curr"])
            {
                tree.Show($"{chip}/{kind}{Text(plan.Channel.Number)}_label", plan.Role.ToString().ToLowerInvariant());
            }
        }
    }

    private Sensed Sense(SensorId sensor) => shared.Read(model => model.Sense(sensor));

    private void Show(string path, Sensed sensed, Func<double, double> scale)
    {
        switch (sensed.State)
        {
            case SensedState.Absent:
                tree.Remove(path);
                break;
            case SensedState.Stale:
                tree.ShowNothing(path);
                break;
            case SensedState.Shown:
                tree.Show(path, double.IsFinite(sensed.Value) ? Text(scale(sensed.Value)) : "nonsense");
                break;
            default:
                throw new InvalidOperationException($"{sensed.State} is not what a sensor can show");
        }
    }

    private void ShowMeter(ContainerMeter meter, string chip)
    {
        var n = Text(meter.Channel.Number);
        var power = Sense(meter.Meter);
        var (voltage, current) = shared.Read(model => (model.Voltage(meter.Role), model.Current(meter.Role)));
        Sensed Likewise(double value) => power.State == SensedState.Shown ? Sensed.Shown(value) : power;
        Show($"{chip}/power{n}_input", power, watts => Step(watts, 0.1) * 1e6);
        Show($"{chip}/in{n}_input", Likewise(voltage.Value), volts => Step(volts, 0.1) * 1000);
        Show($"{chip}/curr{n}_input", Likewise(current.Value), amperes => Step(amperes, 0.01) * 1000);
    }

    private static double Step(double value, double step) => Math.Round(value / step) * step;

    private static string Text(double value) => Math.Round(value).ToString("0", CultureInfo.InvariantCulture);

    private static int? Number(string? text, int max) =>
        int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number <= max
            ? number
            : null;

    private sealed class FanChannel(SensorId fan, string folder, int number)
    {
        public SensorId Fan => fan;

        public string Speed { get; } = $"{folder}/fan{Text(number)}_input";

        public string Label { get; } = $"{folder}/fan{Text(number)}_label";

        public string Pwm { get; } = $"{folder}/pwm{Text(number)}";

        public string Enable { get; } = $"{folder}/pwm{Text(number)}_enable";

        public int LastPwm { get; set; } = PwmAtStart;

        public int LastEnable { get; set; } = ByChip;
    }
}
