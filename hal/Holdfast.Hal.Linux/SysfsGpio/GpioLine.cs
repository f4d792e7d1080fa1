using Holdfast.Hal.Linux.Sysfs;

namespace Holdfast.Hal.Linux.SysfsGpio;

/// <summary>
/// One line of the kernel's file interface to GPIO (Documentation/admin-guide/gpio/sysfs.rst): <c>gpioN/value</c> and
/// <c>gpioN/direction</c> below a root folder. It needs no ioctl and so works on every kernel that has it and on a plain folder of
/// files; it knows no edges. Lines of the character device are a driver of their own.
/// </summary>
internal sealed class GpioLine(string root, int line, bool activeLow)
{
    private readonly string folder = Path.Combine(root, $"gpio{line}");

    /// <summary>The logical state; null with words when it cannot be read.</summary>
    public (bool? Active, string Detail) Read() =>
        SysfsAttribute.TryReadNumber(Path.Combine(folder, "value"), out var value) switch
        {
            AttributeState.Good when value is 0 or 1 => (value == 1 != activeLow, ""),
            AttributeState.Absent => (null, $"GPIO line {line} is not exported at {folder}"),
            _ => (null, $"GPIO line {line} reads no 0 or 1"),
        };

    public OutputOutcome Write(bool active)
    {
        var direction = Path.Combine(folder, "direction");
        if (SysfsAttribute.TryRead(direction, out var now) == AttributeState.Good && now == "in")
        {
            return OutputOutcome.Failure($"GPIO line {line} is an input; check the line number in the board file");
        }

        var value = active != activeLow ? 1 : 0;
        var written = SysfsAttribute.Write(Path.Combine(folder, "value"), value);
        return !written.Done || Read().Active == active
            ? written
            : OutputOutcome.Failure($"GPIO line {line} did not take {value}");
    }
}
