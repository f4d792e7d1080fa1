using System.Globalization;

namespace Holdfast.Core;

/// <summary>
/// What a sensor said: a value, its unit, when it was read and how far it can be trusted.
/// Without good quality the value is the last one known and must not be taken for the present one.
/// </summary>
public readonly record struct Reading(double Value, Unit Unit, MonotonicTime At, Quality Quality)
{
    public static Reading Good<TUnit>(Quantity<TUnit> value, MonotonicTime at)
        where TUnit : IUnit => new(value.Value, TUnit.Unit, at, Quality.Good);

    public static Reading Fault(Unit unit, MonotonicTime at) => new(0, unit, at, Quality.Fault);

    public static Reading Absent(Unit unit) => new(0, unit, MonotonicTime.Never, Quality.Absent);

    public bool IsGood => Quality == Quality.Good;

    /// <summary>The value as a typed quantity, if it is good and of that unit.</summary>
    public bool TryGet<TUnit>(out Quantity<TUnit> value)
        where TUnit : IUnit
    {
        var usable = IsGood && Unit == TUnit.Unit && double.IsFinite(Value);
        value = usable ? new Quantity<TUnit>(Value) : default;
        return usable;
    }

    /// <summary>This reading as it must be seen at <paramref name="now"/>: good turns stale after <paramref name="freshFor"/>.</summary>
    public Reading AsOf(MonotonicTime now, TimeSpan freshFor) =>
        IsGood && now - At > freshFor ? this with { Quality = Quality.Stale } : this;

    public override string ToString() =>
        IsGood
            ? string.Create(CultureInfo.InvariantCulture, $"{Value:0.###} {Unit.Symbol()}")
            : $"({Quality.ToString().ToLowerInvariant()})";
}
