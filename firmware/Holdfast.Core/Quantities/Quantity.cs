using System.Globalization;

namespace Holdfast.Core;

/// <summary>A unit of measure, as a type: it tells one <see cref="Quantity{TUnit}"/> from another at compile time.</summary>
public interface IUnit
{
    /// <summary>The unit as a value, for what is only known at run time (a sensor's reading, a JSON document).</summary>
    static abstract Unit Unit { get; }
}

/// <summary>
/// A finite amount of one unit. Amounts of different units do not mix: <c>Watts + Volts</c> does not compile.
/// Write the names of <c>QuantityNames.cs</c> (<c>Watts</c>, <c>Celsius</c>, …) rather than this type.
/// </summary>
public readonly record struct Quantity<TUnit> : IComparable<Quantity<TUnit>>
    where TUnit : IUnit
{
    /// <param name="value">The amount in the unit itself (watts, not milliwatts). Must be finite.</param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="value"/> is NaN or infinite: what is unknown is a
    /// <see cref="Reading"/> without good quality, never a number.</exception>
    public Quantity(double value)
    {
        if (!double.IsFinite(value))
        {
            throw new ArgumentOutOfRangeException(nameof(value), value, $"{TUnit.Unit} must be a finite number");
        }

        Value = value;
    }

    /// <summary>The amount in the unit itself.</summary>
    public double Value { get; }

    public static Quantity<TUnit> Zero => default;

    public int CompareTo(Quantity<TUnit> other) => Value.CompareTo(other.Value);

    public override string ToString() =>
        string.Create(CultureInfo.InvariantCulture, $"{Value:0.###} {TUnit.Unit.Symbol()}");

    public static Quantity<TUnit> Min(Quantity<TUnit> a, Quantity<TUnit> b) => a.Value <= b.Value ? a : b;

    public static Quantity<TUnit> Max(Quantity<TUnit> a, Quantity<TUnit> b) => a.Value >= b.Value ? a : b;

    public static Quantity<TUnit> operator +(Quantity<TUnit> a, Quantity<TUnit> b) => new(a.Value + b.Value);

    public static Quantity<TUnit> operator -(Quantity<TUnit> a, Quantity<TUnit> b) => new(a.Value - b.Value);

    public static Quantity<TUnit> operator -(Quantity<TUnit> a) => new(-a.Value);

    public static Quantity<TUnit> operator *(Quantity<TUnit> a, double factor) => new(a.Value * factor);

    public static Quantity<TUnit> operator /(Quantity<TUnit> a, double divisor) => new(a.Value / divisor);

    /// <summary>The ratio of two amounts of one unit has no unit.</summary>
    public static double operator /(Quantity<TUnit> a, Quantity<TUnit> b) => a.Value / b.Value;

    public static bool operator <(Quantity<TUnit> a, Quantity<TUnit> b) => a.Value < b.Value;

    public static bool operator >(Quantity<TUnit> a, Quantity<TUnit> b) => a.Value > b.Value;

    public static bool operator <=(Quantity<TUnit> a, Quantity<TUnit> b) => a.Value <= b.Value;

    public static bool operator >=(Quantity<TUnit> a, Quantity<TUnit> b) => a.Value >= b.Value;
}
