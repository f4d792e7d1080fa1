namespace Holdfast.Hil;

/// <summary>The errors of one sensor.</summary>
internal sealed class SensedChannel(SeededRandom random)
{
    // What broken sensors are known to show: open and shorted inputs, a bus that reads all ones, no number at all.
    private static readonly double[] Nonsense = [-127, -273.2, 1023, 65535, 1e7, double.NaN];

    /// <summary>Where a temperature sensor sits and how far it errs: ±0.4 K.</summary>
    public double Offset { get; } = random.Between(-0.4, 0.4);

    public double StuckAt { get; private set; }

    /// <summary>A value that cannot be; NaN: not even a number.</summary>
    public double Garbage { get; private set; }

    public void Break(double value)
    {
        StuckAt = value;
        Garbage = Nonsense[random.Next(Nonsense.Length)];
    }
}
