namespace Holdfast.Hil.Devices;

/// <summary>
/// Safety inputs and pump relays as the kernel's sysfs GPIO shows lines (Documentation/ABI/obsolete/sysfs-gpio): <c>value</c>,
/// <c>direction</c> and <c>active_low</c>, all exported. Inputs are inverted as their <c>active_low</c> asks; a relay whose line is
/// not driven as output falls off.
/// </summary>
internal sealed class GpioTree
{
    private readonly SysClassTree tree;
    private readonly SharedModel shared;

    public GpioTree(SysClassTree tree, SharedModel shared)
    {
        this.tree = tree;
        this.shared = shared;
        foreach (var input in shared.Plan.Inputs)
        {
            tree.Show(Path(input.GpioLine, "direction"), "in");
            tree.Show(Path(input.GpioLine, "active_low"), "0");
        }

        foreach (var pump in shared.Plan.Pumps)
        {
            tree.Show(Path(pump.GpioLine, "direction"), "out");
            tree.Show(Path(pump.GpioLine, "active_low"), "0");
            tree.Show(Path(pump.GpioLine, "value"), pump.ActiveLow ? "0" : "1");
        }
    }

    /// <summary>Shows the inputs as they are now.</summary>
    public void Refresh()
    {
        foreach (var input in shared.Plan.Inputs)
        {
            var level = shared.Read(model => model.IsActive(input.Input)) ^ input.ActiveLow;
            tree.Show(Path(input.GpioLine, "value"), level ^ Inverted(input.GpioLine) ? "1" : "0");
        }
    }

    /// <summary>Switches the pumps as the firmware last wrote; what makes no sense changes nothing.</summary>
    public void Obey()
    {
        foreach (var pump in shared.Plan.Pumps)
        {
            var level = tree.Look(Path(pump.GpioLine, "value")) switch
            {
                "0" => false ^ Inverted(pump.GpioLine),
                "1" => true ^ Inverted(pump.GpioLine),
                _ => (bool?)null,
            };
            var driven = tree.Look(Path(pump.GpioLine, "direction")) != "in";
            if (level is { } high)
            {
                shared.Do(model => model.SetPump(pump.Pump, driven && (high ^ pump.ActiveLow)));
            }
        }
    }

    private bool Inverted(int line) => tree.Look(Path(line, "active_low")) == "1";

    private static string Path(int line, string attribute) =>
        string.Create(System.Globalization.CultureInfo.InvariantCulture, $"gpio/gpio{line}/{attribute}");
}
