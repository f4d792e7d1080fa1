namespace Holdfast.Hil;

/// <summary>The weather around the container: warmest at three in the afternoon, sun from six to six, clouds by the seed.</summary>
internal sealed class Climate
{
    private const double MeanTemperature = 21;
    private const double DailySwing = 7;
    private const double WarmestHour = 15;
    private const double FullSun = 1000;

    private readonly Noise clouds;
    private readonly double anomaly;

    public Climate(SeededRandom random)
    {
        anomaly = random.Between(-5, 5);
        clouds = new Noise(random.Split(), correlationSeconds: 1200);
    }

    /// <summary>0 to 24.</summary>
    public double HourOfDay { get; private set; }

    /// <summary>°C.</summary>
    public double Temperature { get; private set; }

    /// <summary>Sun on the container, W/m².</summary>
    public double Sun { get; private set; }

    /// <summary>How much is asked of the nodes by the hour, 0 to 1: little at night, most in the afternoon.</summary>
    public double Demand { get; private set; }

    public void Advance(double seconds, double hourOfDay)
    {
        clouds.Advance(seconds);
        HourOfDay = hourOfDay;
        var warmth = Math.Cos((hourOfDay - WarmestHour) * Math.Tau / 24);
        Temperature = MeanTemperature + anomaly + (DailySwing * warmth);
        Demand = 0.45 + (0.3 * warmth);
        var height = Math.Sin((hourOfDay - 6) * Math.PI / 12);
        var clear = Math.Clamp(0.75 + (0.3 * clouds.Value), 0.15, 1);
        Sun = height > 0 ? FullSun * height * clear : 0;
    }
}
