namespace Holdfast.Core;

/// <summary>The products of quantities that electricity needs.</summary>
public static class ElectricPower
{
    public static Watts Times(this Volts voltage, Amperes current) => new(voltage.Value * current.Value);

    /// <summary>The energy of a constant power over a time.</summary>
    public static WattHours Over(this Watts power, TimeSpan time) => new(power.Value * time.TotalHours);
}
