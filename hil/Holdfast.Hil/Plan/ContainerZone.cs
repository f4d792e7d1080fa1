namespace Holdfast.Hil;

/// <summary>A volume of air with its equipment. The defaults are those of a quarter of a ten-foot container.</summary>
public sealed record ContainerZone(ZoneId Zone)
{
    /// <summary>Heat that the air, with the sheet metal around it, takes up: J/K. More than zero.</summary>
    public double AirCapacity { get; init; } = 12_000;

    /// <summary>Heat that the equipment takes up: J/K. More than zero.</summary>
    public double EquipmentCapacity { get; init; } = 60_000;

    /// <summary>Heat that goes from the equipment to the air: W/K.</summary>
    public double EquipmentToAir { get; init; } = 80;

    /// <summary>Heat that goes through the walls to outside: W/K.</summary>
    public double Walls { get; init; } = 8;

    /// <summary>Heat exchanged with each neighbouring zone: W/K.</summary>
    public double Neighbours { get; init; } = 5;

    /// <summary>What full sun (1000 W/m²) on the container heats it with.</summary>
    public Watts SunGain { get; init; } = new(150);
}
