namespace Holdfast.Rack.Thermal;

/// <summary>Notices a fan that is told to turn and does not.</summary>
internal sealed class FanWatch(SensorId fan)
{
    /// <summary>A large fan needs seconds to spin up, and some stand still at the least duty for a moment.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(15);

    private static readonly Rpm Turning = new(60);

    private Reading speed = Reading.Absent(Unit.Rpm);
    private MonotonicTime? stillSince;

    public SensorId Fan => fan;

    public bool Dead { get; private set; }

    public void Observe(in Reading reading) => speed = reading;

    public void Update(MonotonicTime now)
    {
        if (!speed.TryGet<RpmUnit>(out var rpm))
        {
            // A speed that cannot be read any more is no sign of life.
            return;
        }

        stillSince = rpm < Turning ? stillSince ?? now : null;
        Dead = stillSince is { } since && now - since >= Patience;
    }
}
