namespace Holdfast.Mqtt.Client;

/// <summary>
/// How long to wait before the next attempt to connect: doubling from a minimum to a maximum, each time somewhere between
/// half and all of it, so that the racks of a site do not all return at once.
/// </summary>
internal sealed class Backoff(TimeSpan min, TimeSpan max, SeededRandom random)
{
    /// <summary>A connection that was up so long was a good one.</summary>
    public static readonly TimeSpan GoodLink = TimeSpan.FromSeconds(5);

    private int attempts;

    /// <param name="wasUpFor">How long the connection that ended was up; after a good one the next attempt is the first again.</param>
    public TimeSpan Next(TimeSpan wasUpFor)
    {
        attempts = wasUpFor >= GoodLink ? 0 : attempts;
        var longest = Math.Min(max.TotalSeconds, min.TotalSeconds * Math.Pow(2, attempts));
        attempts++;
        return TimeSpan.FromSeconds(longest * random.Between(0.5, 1));
    }
}
