using Holdfast.Hal.Linux.Sysfs;

namespace Holdfast.Hal.Linux.Hwmon;

/// <summary>
/// One measured value of a chip. Units and factors are the kernel's: temperatures in m°C, voltages in mV, currents in mA, power in
/// µW, fan speeds in rpm.
/// </summary>
internal sealed class HwmonChannel
{
    private readonly HwmonChip chip;
    private readonly string channel;
    private readonly double factor;
    private readonly double min;
    private readonly double max;

    private HwmonChannel(HwmonChip chip, string channel, Unit unit, double factor, double min, double max)
    {
        (this.chip, this.channel, Unit, this.factor, this.min, this.max) = (chip, channel, unit, factor, min, max);
    }

    public Unit Unit { get; }

    /// <param name="channel">As the kernel names it: temp1, fan2, in0, curr1, power1.</param>
    /// <exception cref="ArgumentException">hwmon has no such channel.</exception>
    public static HwmonChannel Of(HwmonChip chip, string channel) =>
        channel.TrimEnd('0', '1', '2', '3', '4', '5', '6', '7', '8', '9') switch
        {
            // The ranges are what a sensor can show at all; beyond them a wire or a register is broken.
            "temp" => new(chip, channel, Unit.Celsius, 1e-3, -60, 200),
            "fan" => new(chip, channel, Unit.Rpm, 1, 0, 100_000),
            "in" => new(chip, channel, Unit.Volt, 1e-3, -1000, 1000),
            "curr" => new(chip, channel, Unit.Ampere, 1e-3, -1000, 1000),
            "power" => new(chip, channel, Unit.Watt, 1e-6, -1e6, 1e6),
            _ => throw new ArgumentException($"'{channel}' is no hwmon channel: tempN, fanN, inN, currN or powerN"),
        };

    public Reading Read(MonotonicTime now)
    {
        if (chip.TryRead($"{channel}_fault", out var fault) == AttributeState.Good && fault != 0)
        {
            return Reading.Fault(Unit, now);
        }

        var state = chip.TryRead($"{channel}_input", out var raw);
        if (state == AttributeState.Absent && Unit == Unit.Watt)
        {
            state = chip.TryRead($"{channel}_average", out raw);
        }

        var value = raw * factor;
        return state == AttributeState.Absent ? Reading.Absent(Unit)
            : state == AttributeState.Good && value >= min && value <= max ? new Reading(value, Unit, now, Quality.Good)
            : Reading.Fault(Unit, now);
    }
}
