using Holdfast.Hal;

namespace Holdfast.Hil;

/// <summary>A channel of a chip in the hwmon tree: <c>temp3</c> of the chip whose <c>name</c> file says <c>Chip</c>.</summary>
/// <param name="Chip">"name#1", "name#2", … are the further chips of one name.</param>
/// <param name="Number">1 or more, as in the file's name; in0 does not occur here.</param>
public readonly record struct HwmonChannel(string Chip, int Number);

/// <summary>A fan, or a group of fans on one PWM output and one tachometer.</summary>
public sealed record ContainerFan(SensorId Fan, ZoneId Zone, HwmonChannel Channel)
{
    public Rpm SpeedMax { get; init; } = new(4500);

    /// <summary>Airflow at full speed, m³/s.</summary>
    public double AirflowMax { get; init; } = 0.08;

    public Watts PowerMax { get; init; } = new(18);
}

/// <summary>A sensor in the air of a zone.</summary>
public sealed record ContainerSensor(SensorId Sensor, ZoneId Zone, HwmonChannel Channel, string Label);

/// <summary>What a meter measures.</summary>
public enum MeterRole
{
    Grid,
    Solar,

    /// <summary>Out of the battery; negative while it charges.</summary>
    Battery,
    Load,
}

/// <summary>A power meter: power, voltage and current on the same channel number.</summary>
public sealed record ContainerMeter(SensorId Meter, MeterRole Role, HwmonChannel Channel);

/// <summary>A contact or detector on a GPIO line of the board.</summary>
public sealed record ContainerInput(SensorId Input, ZoneId Zone, SafetyKind Kind, int GpioLine)
{
    /// <summary>It pulls the line low when it is active: a contact that opens on alarm.</summary>
    public bool ActiveLow { get; init; }
}

/// <summary>A coolant pump behind a relay on a GPIO line of the board.</summary>
public sealed record ContainerPump(SensorId Pump, ZoneId Zone, int GpioLine)
{
    /// <summary>Its relay pulls in when the line is low.</summary>
    public bool ActiveLow { get; init; }

    /// <summary>Heat that its circuit carries to outside while it runs, W/K.</summary>
    public double Cooling { get; init; } = 8;
}

/// <summary>The names under which the kernel shows the battery and the mains: <c>BAT0</c>, <c>AC0</c>.</summary>
public sealed record ContainerUps(string Battery, string Mains);
