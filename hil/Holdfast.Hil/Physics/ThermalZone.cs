namespace Holdfast.Hil;

/// <summary>
/// A zone's two masses, air and equipment. Nodes heat the equipment, the equipment heats the air, and the air is exchanged with
/// outside. Integrated backwards (implicit Euler), which is stable for every step and exact in the steady state.
/// </summary>
internal sealed class ThermalZone(ContainerZone plan, double temperature)
{
    /// <summary>Heat that a flow of 1 m³/s carries for each kelvin: air's density times its heat capacity, W/K.</summary>
    public const double FlowHeat = 1206;

    // Gaps let some air through, an open door much.
    private const double LeakageFlow = 0.004;
    private const double DoorFlow = 0.15;

    /// <summary>°C.</summary>
    public double Air { get; private set; } = temperature;

    /// <summary>°C.</summary>
    public double Equipment { get; private set; } = temperature;

    public ContainerZone Plan => plan;

    public void Advance(double seconds, in Surroundings around)
    {
        var toOutside = Exchange(around);
        var stored = plan.AirCapacity / seconds;
        var gain =
            (stored * Air)
            + (plan.EquipmentToAir * Equipment)
            + (toOutside * around.OutsideTemperature)
            + (plan.Neighbours * around.NeighbourSum)
            + around.AirHeat;
        Air = gain / (stored + plan.EquipmentToAir + toOutside + (plan.Neighbours * around.NeighbourCount));

        var equipmentStored = plan.EquipmentCapacity / seconds;
        Equipment =
            ((equipmentStored * Equipment) + around.NodeHeat + (plan.EquipmentToAir * Air))
            / (equipmentStored + plan.EquipmentToAir);
    }

    /// <summary>The air temperature at which it would settle if nothing around it changed.</summary>
    public double Steady(in Surroundings around)
    {
        var toOutside = Exchange(around);
        return (
                (toOutside * around.OutsideTemperature)
                + (plan.Neighbours * around.NeighbourSum)
                + around.AirHeat
                + around.NodeHeat
            ) / (toOutside + (plan.Neighbours * around.NeighbourCount));
    }

    private double Exchange(in Surroundings around) =>
        (FlowHeat * (around.Airflow + LeakageFlow + (around.DoorOpen ? DoorFlow : 0)))
        + plan.Walls
        + around.PumpCooling;
}

/// <summary>What acts on a zone during a step.</summary>
/// <param name="OutsideTemperature">°C.</param>
/// <param name="NodeHeat">From its nodes into the equipment, W.</param>
/// <param name="AirHeat">From sun and fans into the air, W.</param>
/// <param name="Airflow">Through its fans, m³/s.</param>
/// <param name="PumpCooling">W/K to outside.</param>
/// <param name="NeighbourSum">The sum of its neighbours' air temperatures.</param>
internal readonly record struct Surroundings(
    double OutsideTemperature,
    double NodeHeat,
    double AirHeat,
    double Airflow,
    double PumpCooling,
    bool DoorOpen,
    double NeighbourSum,
    int NeighbourCount
);
