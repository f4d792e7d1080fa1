namespace Holdfast.Core;

/// <summary>
/// A clock that runs a number of times faster than the one under it, timers included: the time lapse of a simulated rack.
/// </summary>
/// <param name="inner">The clock underneath, usually the system's.</param>
/// <param name="speed">How many times faster, 0.001 to 100,000.</param>
public sealed class LapsedTimeProvider(TimeProvider inner, double speed) : TimeProvider
{
    private readonly double speed = speed is >= 0.001 and <= 100_000
        ? speed
        : throw new ArgumentOutOfRangeException(nameof(speed), speed, "the time lapse must be 0.001 to 100000");

    private readonly DateTimeOffset startUtc = inner.GetUtcNow();
    private readonly long startTimestamp = inner.GetTimestamp();

    public override long TimestampFrequency => TimeSpan.TicksPerSecond;

    public override long GetTimestamp() => (long)(inner.GetElapsedTime(startTimestamp).Ticks * speed);

    public override DateTimeOffset GetUtcNow() => startUtc + new TimeSpan(GetTimestamp());

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period) =>
        new LapsedTimer(inner.CreateTimer(callback, state, Shrink(dueTime), Shrink(period)), this);

    private TimeSpan Shrink(TimeSpan span) =>
        span == Timeout.InfiniteTimeSpan || span == TimeSpan.Zero
            ? span
            : TimeSpan.FromTicks(Math.Max(TimeSpan.TicksPerMillisecond, (long)(span.Ticks / speed)));

    private sealed class LapsedTimer(ITimer inner, LapsedTimeProvider owner) : ITimer
    {
        public bool Change(TimeSpan dueTime, TimeSpan period) =>
            inner.Change(owner.Shrink(dueTime), owner.Shrink(period));

        public void Dispose() => inner.Dispose();

        public ValueTask DisposeAsync() => inner.DisposeAsync();
    }
}
