namespace Holdfast.Hil;

/// <summary>
/// A value that wanders around zero with a standard deviation of one and forgets where it was within its correlation time
/// (an Ornstein-Uhlenbeck process): load and clouds move like that. Its statistics do not depend on the step.
/// </summary>
internal sealed class Noise(SeededRandom random, double correlationSeconds)
{
    // A uniform number of this width has a standard deviation of one.
    private static readonly double UniformWidth = Math.Sqrt(12);

    private double stepSeconds;
    private double kept;
    private double kick;

    public double Value { get; private set; }

    public void Advance(double seconds)
    {
        if (seconds != stepSeconds)
        {
            stepSeconds = seconds;
            kept = Math.Exp(-seconds / correlationSeconds);
            kick = Math.Sqrt(1 - (kept * kept)) * UniformWidth;
        }

        Value = (Value * kept) + (kick * (random.NextDouble() - 0.5));
    }
}
