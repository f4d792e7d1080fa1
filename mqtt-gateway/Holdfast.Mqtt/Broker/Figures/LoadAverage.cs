namespace Holdfast.Mqtt.Broker.Figures;

/// <summary>How much a minute, smoothed over 1, 5 and 15 minutes, as mosquitto and the load of Unix count it.</summary>
internal sealed class LoadAverage
{
    private static readonly double[] Minutes = [1, 5, 15];

    private readonly double[] averages = new double[Minutes.Length];
    private long before;

    public IReadOnlyList<double> Averages => averages;

    /// <param name="total">Of what is counted, since the start.</param>
    /// <param name="span">Since the last time.</param>
    public void Add(long total, TimeSpan span)
    {
        if (span <= TimeSpan.Zero)
        {
            return;
        }

        var perMinute = (total - before) / span.TotalMinutes;
        before = total;
        for (var i = 0; i < Minutes.Length; i++)
        {
            var kept = Math.Exp(-span.TotalMinutes / Minutes[i]);
            averages[i] = (averages[i] * kept) + (perMinute * (1 - kept));
        }
    }
}
