namespace Holdfast.Mqtt.Broker;

/// <summary>
/// Back-pressure: while much waits for a subscriber that keeps taking, its publishers are not read on, so that TCP slows them down and nothing is
/// lost. A subscriber that does not get through its backlog in <see cref="HoldMax"/> holds up nobody any more until it connects again; then its
/// queue drops and overflows as it says.
/// </summary>
internal sealed class Pressure
{
    public static readonly TimeSpan HoldMax = TimeSpan.FromMilliseconds(500);

    private readonly List<Link> held = [];
    private MonotonicTime? since;
    private bool isSlow;

    /// <summary>When a publisher that waits now goes on at the latest; null: nobody needs to wait.</summary>
    public MonotonicTime? HoldsUntil(MonotonicTime now)
    {
        isSlow |= since is { } begin && now - begin >= HoldMax;
        return isSlow ? null : since + HoldMax;
    }

    public void Hold(Link publisher, MonotonicTime now)
    {
        since ??= now;
        if (HoldsUntil(now) is not null && publisher.HeldBy != this)
        {
            publisher.HeldBy = this;
            held.Add(publisher);
        }
    }

    public void Release()
    {
        since = null;
        foreach (var link in held)
        {
            // It may wait for another subscriber by now.
            link.HeldBy = link.HeldBy == this ? null : link.HeldBy;
            link.Resume();
        }

        held.Clear();
    }

    /// <summary>A new connection, a new chance.</summary>
    public void Restart()
    {
        Release();
        isSlow = false;
    }
}
