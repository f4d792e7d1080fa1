namespace Holdfast.Hil;

/// <summary>What a device shows of one of its values.</summary>
/// <param name="State">Whether it shows anything.</param>
/// <param name="Value">In the base unit (°C, rpm, W). From a broken sensor it may be anything, NaN included.</param>
public readonly record struct Sensed(SensedState State, double Value)
{
    public static Sensed Stale => new(SensedState.Stale, double.NaN);

    public static Sensed Absent => new(SensedState.Absent, double.NaN);

    public static Sensed Shown(double value) => new(SensedState.Shown, value);
}

public enum SensedState
{
    /// <summary>A value is shown; whether it is true is another matter.</summary>
    Shown,

    /// <summary>The sensor is there, but no new value comes.</summary>
    Stale,

    /// <summary>The sensor is not there.</summary>
    Absent,
}

/// <summary>How a node's BMC behaves now.</summary>
public enum BmcBehaviour
{
    Prompt,

    /// <summary>It answers after <see cref="ContainerModel.SlowBmcDelay"/>.</summary>
    Slow,
    Silent,
}
