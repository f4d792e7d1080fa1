using Holdfast.Gateway.Outbox;

namespace Holdfast.Gateway.Sparkplug.Edge;

/// <summary>
/// Sees to it that history which the disk refused leaves a signed record: one when it begins, one with the whole count when the disk
/// takes something again.
/// </summary>
internal sealed class UntakenHistory(DurableOutbox outbox)
{
    private long count;
    private long recorded;
    private string why = "";
    private DateTimeOffset from;
    private DateTimeOffset to;

    /// <param name="refused">Of the last write; empty: it took everything.</param>
    public void Note(IReadOnlyList<Draft> refused, string problem, DateTimeOffset now)
    {
        if (refused.Count > 0)
        {
            from = count == 0 ? refused[0].Time : from;
            (to, why) = (refused[^1].Time, problem);
            count += refused.Count;
        }

        var isOver = refused.Count == 0;
        if (count > recorded && (recorded == 0 || isOver) && outbox.TryTellUntaken(count, why, from, to, now))
        {
            recorded = count;
        }

        if (isOver && recorded == count)
        {
            (count, recorded) = (0, 0);
        }
    }
}
