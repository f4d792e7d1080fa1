namespace Holdfast.Hal;

/// <summary>What a meter shows: power in W, voltage in V, current in A, energy in Wh; absent where it does not measure it.</summary>
public readonly record struct PowerMeterReading(Reading Power, Reading Voltage, Reading Current, Reading Energy);

/// <summary>Measures the electricity at one point: the grid feed, the inverter, a zone, an outlet.</summary>
public interface IPowerMeter
{
    SensorId Id { get; }

    Task<PowerMeterReading> ReadAsync(CancellationToken cancellationToken);
}
