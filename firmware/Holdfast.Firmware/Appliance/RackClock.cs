namespace Holdfast.Firmware.Appliance;

/// <summary>
/// The rack's clock and its time lapse. The rack, its limits and its deadlines live in rack time; a driver's protocol timers run
/// in real time, since a network does not get faster with the simulation.
/// </summary>
/// <param name="Speed">How many times faster than life; 1 on hardware.</param>
internal sealed record RackClock(TimeProvider Time, double Speed)
{
    /// <summary>The shortest real pause between two polls of one device, whatever the time lapse.</summary>
    private static readonly TimeSpan PauseMin = TimeSpan.FromMilliseconds(50);

    public static RackClock Start(double speed) =>
        speed == 1 ? new(TimeProvider.System, 1) : new(new LapsedTimeProvider(TimeProvider.System, speed), speed);

    public MonotonicTime Now => Time.Now;

    /// <summary>How long a span of rack time is in real time.</summary>
    public TimeSpan Real(TimeSpan rackTime) => rackTime / Speed;

    /// <summary>The real pause between two polls that shall be this far apart in rack time.</summary>
    public TimeSpan RealPause(TimeSpan rackTime)
    {
        var pause = Real(rackTime);
        return pause > PauseMin ? pause : PauseMin;
    }
}
