using Holdfast.Hal.Linux.Sysfs;

namespace Holdfast.Hal.Linux.PowerSupply;

/// <summary>
/// The kernel's power_supply class (Documentation/ABI/testing/sysfs-class-power) as the battery behind the rack: <c>online</c> of the mains,
/// <c>capacity</c> (%), <c>capacity_level</c> and <c>power_now</c> (µW) of the battery.
/// </summary>
/// <param name="root">The folder of the supplies, /sys/class/power_supply.</param>
/// <param name="battery">The battery's name there, "BAT0".</param>
/// <param name="mains">The name of the supply that is online while the grid is there, "AC0".</param>
public sealed class PowerSupplyUps(string root, string battery, string mains, SensorId id, TimeProvider clock) : IUps
{
    public SensorId Id => id;

    public Task<UpsObservation> ObserveAsync(CancellationToken cancellationToken) =>
        Task.Run(Observe, cancellationToken);

    private UpsObservation Observe()
    {
        var now = clock.Now;
        var (state, detail) = State();
        // Drivers disagree about the sign, so only the amount is taken; the battery's status says the direction.
        var direction =
            SysfsAttribute.TryRead(Path.Combine(root, battery, "status"), out var status) == AttributeState.Good
            && status == "Charging"
                ? -1e-6
                : 1e-6;
        return new UpsObservation(
            state,
            Read("capacity", Unit.Percent, raw => raw, 0, 100, now),
            Read("power_now", Unit.Watt, raw => Math.Abs((double)raw) * direction, -1e6, 1e6, now),
            now,
            detail
        );
    }

    private (UpsState State, string Detail) State()
    {
        if (SysfsAttribute.TryReadNumber(Path.Combine(root, mains, "online"), out var online) != AttributeState.Good)
        {
            return (UpsState.Unknown, $"the supply {mains} cannot be read");
        }

        if (SysfsAttribute.TryRead(Path.Combine(root, battery, "status"), out _) != AttributeState.Good)
        {
            return (UpsState.Unknown, $"the battery {battery} cannot be read");
        }

        var level =
            SysfsAttribute.TryRead(Path.Combine(root, battery, "capacity_level"), out var text) == AttributeState.Good
                ? text
                : "";
        return online switch
        {
            0 => (level is "Critical" or "Low" ? UpsState.LowBattery : UpsState.OnBattery, ""),
            1 or 2 => (UpsState.Online, ""),
            _ => (UpsState.Unknown, $"the supply {mains} says neither online nor offline"),
        };
    }

    private Reading Read(
        string attribute,
        Unit unit,
        Func<long, double> scale,
        double min,
        double max,
        MonotonicTime now
    )
    {
        var state = SysfsAttribute.TryReadNumber(Path.Combine(root, battery, attribute), out var raw);
        var value = scale(raw);
        return state == AttributeState.Absent ? Reading.Absent(unit)
            : state == AttributeState.Good && value >= min && value <= max ? new Reading(value, unit, now, Quality.Good)
            : Reading.Fault(unit, now);
    }
}
