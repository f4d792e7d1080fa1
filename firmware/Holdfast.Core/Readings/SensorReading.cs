namespace Holdfast.Core;

/// <summary>A reading and the sensor it came from.</summary>
public readonly record struct SensorReading(SensorId Sensor, Reading Reading);
