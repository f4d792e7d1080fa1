namespace Holdfast.Mqtt.Broker.Access;

/// <summary>
/// An average rate with a burst of one second's worth. What is taken beyond it is a debt: how long to wait until it is paid says
/// <see cref="Wait"/>.
/// </summary>
internal sealed class TokenBucket(double perSecond, MonotonicTime now)
{
    private double tokens = Math.Max(1, perSecond);
    private MonotonicTime filled = now;

    public void Take(double count, MonotonicTime now)
    {
        Fill(now);
        tokens -= count;
    }

    public TimeSpan Wait(MonotonicTime now)
    {
        Fill(now);
        return tokens >= 0 ? TimeSpan.Zero : TimeSpan.FromSeconds(-tokens / perSecond);
    }

    private void Fill(MonotonicTime now)
    {
        tokens = Math.Min(Math.Max(1, perSecond), tokens + ((now - filled).TotalSeconds * perSecond));
        filled = now;
    }
}
