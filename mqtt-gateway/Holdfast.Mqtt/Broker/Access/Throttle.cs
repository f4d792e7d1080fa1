namespace Holdfast.Mqtt.Broker.Access;

/// <summary>Holds a publisher to its rates.</summary>
internal sealed class Throttle(BrokerQuota quota, MonotonicTime now)
{
    private readonly TokenBucket? messages = quota.MessagesPerSecond is { } rate ? new TokenBucket(rate, now) : null;
    private readonly TokenBucket? bytes = quota.BytesPerSecond is { } rate ? new TokenBucket(rate, now) : null;

    public void Take(int length, MonotonicTime now)
    {
        messages?.Take(1, now);
        bytes?.Take(length, now);
    }

    /// <summary>How long the publisher is not to be read from.</summary>
    public TimeSpan Wait(MonotonicTime now)
    {
        var (first, second) = (messages?.Wait(now) ?? TimeSpan.Zero, bytes?.Wait(now) ?? TimeSpan.Zero);
        return first > second ? first : second;
    }
}
