namespace Holdfast.Gateway.Outbox;

/// <summary>The budget: what goes when it is near, and who is told.</summary>
public sealed partial class DurableOutbox
{
    private bool MakeRoom(int bytes, bool isUrgent, DateTimeOffset now)
    {
        var budget = limits.BudgetBytes - (isUrgent ? 0 : limits.ReserveBytes);
        var withHead = bytes + SegmentFile.PageBytes;
        while (segments.Sum(segment => segment.Length) + withHead > budget)
        {
            if (!Relieve(now))
            {
                return false;
            }
        }

        return true;
    }

    /// <summary>Makes one segment smaller, the least thinned and of those the oldest. False: none can be.</summary>
    private bool Relieve(DateTimeOffset now)
    {
        if (unwrittenAcks > 0)
        {
            var before = segments.Count;
            TryWriteCheckpoint();
            if (segments.Count < before)
            {
                return true;
            }
        }

        var segment = segments
            .SkipLast(1)
            .Where(one =>
                one.Summary.Level < Thinning.LevelMax && one.Summary.Counts is { State: > 0 } or { Metric: > 0 }
            )
            .MinBy(one => (one.Summary.Level, one.First));
        if (segment is not null)
        {
            return TryRewrite(segment, segment.Summary.Level + 1, now);
        }

        segment = segments.SkipLast(1).FirstOrDefault(one => one.Summary.Level < Thinning.GivenUp && IsElsewhere(one));
        return segment is not null && TryRewrite(segment, Thinning.GivenUp, now);
    }

    /// <summary>Whether of several readers' brokers one has something of it: each has not, or it would have gone.</summary>
    private bool IsElsewhere(Segment segment) =>
        acknowledged.Count > 1 && acknowledged.Values.Any(theirs => theirs.CountIn(segment.First, segment.End - 1) > 0);

    /// <summary>Segments that every reader's broker has, and whose delivery is written down, go.</summary>
    private void DropDelivered()
    {
        try
        {
            for (var i = segments.Count - 2; i >= 0; i--)
            {
                if (persisted.Values.All(theirs => theirs.ContainsAll(segments[i].First, segments[i].End - 1)))
                {
                    folder.Delete(segments[i].Name);
                    segments.RemoveAt(i);
                }
            }

            MakeBallast();
        }
        catch (IOException)
        {
            // They go the next time.
        }
    }

    /// <summary>Room for alarms on a file system that others fill. Without room for it there is none to keep.</summary>
    private void MakeBallast()
    {
        if (limits.BallastBytes == 0 || folder.Length(BallastName) >= limits.BallastBytes)
        {
            return;
        }

        try
        {
            var bytes = new byte[limits.BallastBytes];
            // Not zeros: a file system could keep those without keeping room.
            new SeededRandom(1).Fill(bytes);
            folder.Replace(BallastName, bytes);
        }
        catch (IOException)
        {
            // The disk is full already.
        }
    }
}
