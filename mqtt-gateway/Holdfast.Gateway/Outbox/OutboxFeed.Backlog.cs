namespace Holdfast.Gateway.Outbox;

/// <summary>The lane of what waited.</summary>
public sealed partial class OutboxFeed
{
    private void TakeBacklog(List<Outgoing> sending, long low, MonotonicTime now)
    {
        var room = Math.Min(
            Math.Min(pace.Size, BacklogMax) - backlogOnTheWay.Count,
            Window - liveOnTheWay.Count - backlogOnTheWay.Count
        );
        room = Math.Min(room, Allowance(now));
        while (room > 0 && NextOfBacklog() is { } one)
        {
            backlogOnTheWay.Add(one.Sequence, now);
            sending.Add(new Outgoing(one, true, low));
            room--;
            tokens--;
        }
    }

    private int Allowance(MonotonicTime now)
    {
        if (options.BacklogPerSecond is not { } rate)
        {
            return int.MaxValue;
        }

        tokens = Math.Min(Math.Max(1, rate), tokens + (rate * (now - filledAt).TotalSeconds));
        filledAt = now;
        return (int)tokens;
    }

    private OutboxMessage? NextOfBacklog()
    {
        while (true)
        {
            while (batch.TryPeek(out var one) && one.Sequence < liveNext)
            {
                batch.Dequeue();
                // Between two messages there is nothing.
                outbox.PassOver(reader, backlogNext, one.Sequence - 1);
                backlogNext = one.Sequence + 1;
                if (!liveOnTheWay.ContainsKey(one.Sequence) && !outbox.IsAcknowledged(reader, one.Sequence))
                {
                    return one;
                }
            }

            if (batch.Count > 0)
            {
                // Those go live, unless the memory loses them first.
                outbox.PassOver(reader, backlogNext, liveNext - 1);
                batch.Clear();
                readUpTo = backlogNext = liveNext;
                return null;
            }

            outbox.PassOver(reader, backlogNext, Math.Min(readUpTo, liveNext) - 1);
            SkipKnown();
            if (
                backlogNext >= liveNext
                || outbox.ReadFrom(reader, backlogNext, ref place, out readUpTo) is not { } read
            )
            {
                readUpTo = backlogNext;
                return null;
            }

            read.ForEach(batch.Enqueue);
        }
    }

    /// <summary>To the next that is neither at the broker nor on its way there.</summary>
    private void SkipKnown()
    {
        backlogNext = Math.Max(backlogNext, Math.Min(readUpTo, liveNext));
        do
        {
            backlogNext = outbox.LowestUnacknowledged(reader, backlogNext);
        } while (liveOnTheWay.ContainsKey(backlogNext) && backlogNext++ < liveNext);
    }
}
