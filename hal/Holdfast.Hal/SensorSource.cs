namespace Holdfast.Hal;

/// <summary>A device with one or more sensors: a chip under hwmon, a BMC, a meter.</summary>
public interface ISensorSource
{
    /// <summary>Its sensors with their units. A device that describes itself, as a BMC does, has none before it was first read.</summary>
    IReadOnlyList<SensorDescription> Sensors { get; }

    /// <summary>
    /// Reads all its sensors once, in the order of <see cref="Sensors"/>. A sensor that is missing or broken gives a reading
    /// of that quality; nothing is thrown for it.
    /// </summary>
    Task<IReadOnlyList<SensorReading>> ReadAsync(CancellationToken cancellationToken);
}

/// <summary>A sensor's name in the rack, its unit, and the label that the device itself gives it.</summary>
public sealed record SensorDescription(SensorId Sensor, Unit Unit, string Label);
