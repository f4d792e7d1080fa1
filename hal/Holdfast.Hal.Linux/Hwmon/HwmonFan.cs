using Holdfast.Hal.Linux.Sysfs;

namespace Holdfast.Hal.Linux.Hwmon;

/// <summary>
/// A fan on a PWM output of a chip: <c>pwmN</c> 0 to 255, <c>pwmN_enable</c> 0 full speed, 1 manual, 2 and above the chip's own
/// control, <c>fanN_input</c> in rpm.
/// </summary>
/// <param name="root">The folder of the chips, /sys/class/hwmon.</param>
/// <param name="chip">The chip's name attribute.</param>
/// <param name="number">N, from 1.</param>
public sealed class HwmonFan(string root, string chip, int number, SensorId id, TimeProvider clock) : IFan
{
    private const int DutyMax = 255;

    /// <summary>Chips with few steps round the duty and show the step; with less than 16 of them it is another duty.</summary>
    private const int StepMax = 16;

    private const long FullSpeed = 0;
    private const long Manual = 1;

    private readonly HwmonChip hwmon = new(root, chip);
    private readonly HwmonChannel speed = HwmonChannel.Of(new HwmonChip(root, chip), $"fan{number}");
    private long ownControl = FullSpeed;

    public SensorId Id => id;

    public Task<Reading> ReadSpeedAsync(CancellationToken cancellationToken) =>
        Task.Run(() => speed.Read(clock.Now), cancellationToken);

    public Task<OutputOutcome> SetDutyAsync(Percent duty, CancellationToken cancellationToken) =>
        Task.Run(() => SetDuty(duty), cancellationToken);

    public Task<OutputOutcome> ReleaseAsync(CancellationToken cancellationToken) =>
        Task.Run(Release, cancellationToken);

    private OutputOutcome SetDuty(Percent duty)
    {
        var raw = (long)Math.Round(Math.Clamp(duty.Value, 0, 100) / 100 * DutyMax);
        return TakeControl() is { Done: false } refused ? refused : Set($"pwm{number}", raw, StepMax);
    }

    private OutputOutcome Release()
    {
        if (hwmon.TryRead($"pwm{number}_enable", out var mode) == AttributeState.Good && mode != Manual)
        {
            return OutputOutcome.Success;
        }

        // A chip without modes, or one that does not take the mode back, is left at full speed by hand.
        var handedBack = Set($"pwm{number}_enable", ownControl);
        return handedBack.Done ? handedBack : Set($"pwm{number}", DutyMax, StepMax);
    }

    private OutputOutcome TakeControl()
    {
        switch (hwmon.TryRead($"pwm{number}_enable", out var mode))
        {
            case AttributeState.Absent:
                // Chips without the attribute are always manual.
                return OutputOutcome.Success;
            case AttributeState.Good when mode == Manual:
                return OutputOutcome.Success;
            case AttributeState.Good:
                ownControl = mode;
                break;
        }

        return Set($"pwm{number}_enable", Manual);
    }

    private OutputOutcome Set(string attribute, long value, long tolerance = 0)
    {
        if (hwmon.Path(attribute) is not { } path || !File.Exists(path))
        {
            return OutputOutcome.Failure($"chip {chip} has no {attribute} (is its driver loaded?)");
        }

        var written = SysfsAttribute.Write(path, value);
        var taken =
            SysfsAttribute.TryReadNumber(path, out var now) == AttributeState.Good
            && Math.Abs(now - value) <= tolerance;
        return !written.Done || taken ? written : OutputOutcome.Failure($"{path} did not take {value}");
    }
}
