namespace Holdfast.Hal.Linux.Hwmon;

/// <summary>A power monitor chip (INA2xx and the like) as a meter: powerN, and inN and currN of the same number where there.</summary>
/// <param name="root">The folder of the chips, /sys/class/hwmon.</param>
/// <param name="chip">The chip's name attribute.</param>
/// <param name="number">N, from 1.</param>
public sealed class HwmonPowerMeter(string root, string chip, int number, SensorId id, TimeProvider clock) : IPowerMeter
{
    private readonly HwmonChannel power = HwmonChannel.Of(new HwmonChip(root, chip), $"power{number}");
    private readonly HwmonChannel voltage = HwmonChannel.Of(new HwmonChip(root, chip), $"in{number}");
    private readonly HwmonChannel current = HwmonChannel.Of(new HwmonChip(root, chip), $"curr{number}");

    public SensorId Id => id;

    public Task<PowerMeterReading> ReadAsync(CancellationToken cancellationToken) => Task.Run(Read, cancellationToken);

    private PowerMeterReading Read()
    {
        var now = clock.Now;
        return new PowerMeterReading(
            power.Read(now),
            voltage.Read(now),
            current.Read(now),
            Reading.Absent(Unit.WattHour)
        );
    }
}
