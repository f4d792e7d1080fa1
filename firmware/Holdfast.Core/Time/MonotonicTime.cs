using System.Globalization;

namespace Holdfast.Core;

/// <summary>
/// A point on the rack's monotonic clock: it never jumps when somebody sets the wall clock. Resolution 100 ns; the zero
/// point has no meaning outside the process. Every core takes it as an argument.
/// </summary>
public readonly record struct MonotonicTime(long Ticks) : IComparable<MonotonicTime>
{
    /// <summary>Earlier than every point that a clock gives: "never seen".</summary>
    public static MonotonicTime Never => new(long.MinValue / 2);

    public double Seconds => (double)Ticks / TimeSpan.TicksPerSecond;

    public static MonotonicTime FromSeconds(double seconds) => new((long)(seconds * TimeSpan.TicksPerSecond));

    public int CompareTo(MonotonicTime other) => Ticks.CompareTo(other.Ticks);

    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Seconds:0.000} s");

    public static TimeSpan operator -(MonotonicTime later, MonotonicTime earlier) => new(later.Ticks - earlier.Ticks);

    public static MonotonicTime operator +(MonotonicTime time, TimeSpan span) => new(time.Ticks + span.Ticks);

    public static MonotonicTime operator -(MonotonicTime time, TimeSpan span) => new(time.Ticks - span.Ticks);

    public static bool operator <(MonotonicTime a, MonotonicTime b) => a.Ticks < b.Ticks;

    public static bool operator >(MonotonicTime a, MonotonicTime b) => a.Ticks > b.Ticks;

    public static bool operator <=(MonotonicTime a, MonotonicTime b) => a.Ticks <= b.Ticks;

    public static bool operator >=(MonotonicTime a, MonotonicTime b) => a.Ticks >= b.Ticks;
}
