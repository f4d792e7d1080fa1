namespace Holdfast.Core;

/// <summary>A unit of measure as a value.</summary>
public enum Unit
{
    Watt,
    Volt,
    Ampere,
    Celsius,
    Percent,
    WattHour,
    Rpm,
}

public readonly struct WattUnit : IUnit
{
    public static Unit Unit => Unit.Watt;
}

public readonly struct VoltUnit : IUnit
{
    public static Unit Unit => Unit.Volt;
}

public readonly struct AmpereUnit : IUnit
{
    public static Unit Unit => Unit.Ampere;
}

public readonly struct CelsiusUnit : IUnit
{
    public static Unit Unit => Unit.Celsius;
}

public readonly struct PercentUnit : IUnit
{
    public static Unit Unit => Unit.Percent;
}

public readonly struct WattHourUnit : IUnit
{
    public static Unit Unit => Unit.WattHour;
}

public readonly struct RpmUnit : IUnit
{
    public static Unit Unit => Unit.Rpm;
}

public static class UnitNames
{
    /// <summary>The symbol that people read: W, V, A, °C, %, Wh, rpm.</summary>
    public static string Symbol(this Unit unit) =>
        unit switch
        {
            Unit.Watt => "W",
            Unit.Volt => "V",
            Unit.Ampere => "A",
            Unit.Celsius => "°C",
            Unit.Percent => "%",
            Unit.WattHour => "Wh",
            Unit.Rpm => "rpm",
            _ => throw new ArgumentOutOfRangeException(nameof(unit), unit, "not a unit"),
        };

    /// <summary>The suffix that names carry at the edges (JSON, MQTT): w, v, a, c, pct, wh, rpm.</summary>
    public static string Suffix(this Unit unit) =>
        unit switch
        {
            Unit.Celsius => "c",
            Unit.Percent => "pct",
            _ => unit.Symbol().ToLowerInvariant(),
        };
}
