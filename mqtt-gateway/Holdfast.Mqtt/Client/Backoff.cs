namespace Holdfast.Mqtt.Client;

/// <summary>
/// How long to wait before the next attempt to connect: doubling from a minimum to a maximum, each time somewhere between
/// half and all of it, so that the racks of a site do not all return at once.
/// </summary>
internal sealed class Backoff(TimeSpan min, TimeSpan max, SeededRandom random)
{
    private int attempts;

    public TimeSpan Next()
    {
        var longest = Math.Min(max.TotalSeconds, min.TotalSeconds * Math.Pow(2, attempts));
        attempts++;
        return TimeSpan.FromSeconds(longest * random.Between(0.5, 1));
    }

    /// <summary>A connection has held: the next attempt is the first again.</summary>
    public void Reset() => attempts = 0;
}
