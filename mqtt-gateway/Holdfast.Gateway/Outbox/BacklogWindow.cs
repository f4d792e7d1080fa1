namespace Holdfast.Gateway.Outbox;

/// <summary>
/// How many messages of the backlog may be on their way at once. As LEDBAT does (RFC 6817): the fastest answer on this connection shows the way without
/// a queue on it; what takes longer by more than a target has waited behind others, and live messages would too. So the window shrinks then,
/// and grows otherwise.
/// </summary>
internal sealed class BacklogWindow
{
    /// <summary>Live messages shall arrive within a second: a third of it may be a queue of ours.</summary>
    private static readonly TimeSpan QueueMax = TimeSpan.FromMilliseconds(300);

    private const double Shrink = 0.7;
    private const int Start = 8;

    private double size = Start;
    private TimeSpan fastest = TimeSpan.MaxValue;
    private MonotonicTime shrunkAt;

    public int Size => Math.Max(1, (int)size);

    public void Reset(MonotonicTime now) => (size, fastest, shrunkAt) = (Start, TimeSpan.MaxValue, now);

    /// <param name="max">No larger than this.</param>
    public void Answered(MonotonicTime sentAt, MonotonicTime now, int max)
    {
        var took = now - sentAt;
        fastest = took < fastest ? took : fastest;
        if (took <= fastest + QueueMax)
        {
            size = Math.Min(max, size + 1);
        }
        else if (now - shrunkAt > took)
        {
            // Once for what was sent with the old size.
            size = Math.Max(1, size * Shrink);
            shrunkAt = now;
        }
    }
}
