using System.Globalization;

namespace Holdfast.Hil.Devices;

/// <summary>
/// Battery and mains as the kernel's power_supply class shows them (Documentation/ABI/testing/sysfs-class-power): charge in %,
/// power in µW without a sign (the status tells the direction), energy in µWh, voltage in µV.
/// </summary>
internal sealed class PowerSupplyTree(SysClassTree tree, SharedModel shared, ContainerUps ups)
{
    private const double Micro = 1e6;
    private const double LowCharge = 15;
    private const double CriticalCharge = 5;

    public void Refresh()
    {
        var (charge, stored, power, voltage, grid) = shared.Read(model =>
            (
                model.BatteryCharge.Value,
                model.BatteryStored.Value,
                model.Power(MeterRole.Battery).Value,
                model.Voltage(MeterRole.Battery).Value,
                model.GridUp
            )
        );
        var mains = $"power_supply/{ups.Mains}";
        tree.Show($"{mains}/type", "Mains");
        tree.Show($"{mains}/online", grid ? "1" : "0");

        var battery = $"power_supply/{ups.Battery}";
        tree.Show($"{battery}/type", "Battery");
        tree.Show($"{battery}/present", "1");
        tree.Show($"{battery}/status", Status(charge, power));
        tree.Show($"{battery}/capacity", Whole(charge));
        tree.Show($"{battery}/capacity_level", Level(charge));
        tree.Show($"{battery}/power_now", Whole(Math.Round(Math.Abs(power), 1) * Micro));
        tree.Show($"{battery}/voltage_now", Whole(Math.Round(voltage, 2) * Micro));
        tree.Show($"{battery}/energy_now", Whole(Math.Round(stored) * Micro));
        tree.Show($"{battery}/energy_full", Whole(shared.Plan.Energy.BatteryCapacity.Value * Micro));
    }

    private static string Status(double charge, double power) =>
        power switch
        {
            > 0 => "Discharging",
            < 0 => "Charging",
            _ => charge >= 99.5 ? "Full" : "Not charging",
        };

    private static string Level(double charge) =>
        charge switch
        {
            <= CriticalCharge => "Critical",
            <= LowCharge => "Low",
            >= 99.5 => "Full",
            _ => "Normal",
        };

    private static string Whole(double value) => Math.Round(value).ToString("0", CultureInfo.InvariantCulture);
}
