namespace Holdfast.Hil;

/// <summary>Where the container's electricity comes from.</summary>
public sealed record ContainerEnergy
{
    /// <summary>What the panels give in full sun (1000 W/m²).</summary>
    public Watts SolarPeak { get; init; } = new(3000);

    public WattHours BatteryCapacity { get; init; } = new(5000);

    /// <summary>State of charge at the start.</summary>
    public Percent BatteryCharge { get; init; } = new(80);

    /// <summary>The most that the battery gives, at its terminals.</summary>
    public Watts DischargeMax { get; init; } = new(5000);

    /// <summary>The most that the battery takes, at its terminals.</summary>
    public Watts ChargeMax { get; init; } = new(1500);

    /// <summary>The most that the inverter gives; beyond it trips and the container goes dark.</summary>
    public Watts InverterMax { get; init; } = new(5000);

    /// <summary>What the board, the switch and the lights draw all the time.</summary>
    public Watts BaseLoad { get; init; } = new(25);
}
