namespace Holdfast.Core;

/// <summary>The shells' clock is .NET's <see cref="TimeProvider"/>; this is how they turn it into a core's argument.</summary>
public static class MonotonicClock
{
    extension(TimeProvider clock)
    {
        /// <summary>The monotonic time now.</summary>
        public MonotonicTime Now => new(clock.GetElapsedTime(0).Ticks);
    }
}
