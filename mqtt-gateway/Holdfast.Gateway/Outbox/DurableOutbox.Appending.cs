namespace Holdfast.Gateway.Outbox;

/// <summary>To the disk: frames, and checkpoints of what the readers have.</summary>
public sealed partial class DurableOutbox
{
    /// <summary>Acknowledgements that may be lost in a crash, and then come again as duplicates.</summary>
    private const int CheckpointEvery = 1000;

    private const int RangesMax = 256;

    /// <summary>How old what is not written down of the acknowledgements may become.</summary>
    private static readonly TimeSpan CheckpointAfter = TimeSpan.FromSeconds(10);

    private long unwrittenAcks;
    private MonotonicTime lastCheckpoint;

    /// <summary>Writes down what the readers' brokers have, if that is due; called now and then.</summary>
    public void Tick(MonotonicTime now)
    {
        lock (gate)
        {
            if (unwrittenAcks == 0 || now - lastCheckpoint < CheckpointAfter || segments.Count == 0)
            {
                return;
            }

            lastCheckpoint = now;
            TryWriteCheckpoint();
        }
    }

    /// <summary>Writes down at once what the readers' brokers have: for an end in order.</summary>
    public void Settle()
    {
        lock (gate)
        {
            if (unwrittenAcks > 0 && segments.Count > 0)
            {
                TryWriteCheckpoint();
            }
        }
    }

    /// <returns>In words why it is not on disk; empty: it is.</returns>
    private string TryAppend(List<byte[]> frames, long end, bool isUrgent)
    {
        try
        {
            Append(frames, end);
            return "";
        }
        catch (IOException) when (isUrgent && folder.Exists(BallastName))
        {
            return TryAppendWithoutBallast(frames, end);
        }
        catch (IOException e)
        {
            return e.Message;
        }
    }

    private string TryAppendWithoutBallast(List<byte[]> frames, long end)
    {
        try
        {
            folder.Delete(BallastName);
            Append(frames, end);
            return "";
        }
        catch (IOException e)
        {
            return e.Message;
        }
    }

    private void Append(List<byte[]> frames, long end)
    {
        CutDoubtfulTail();
        var isNew = segments.Count == 0 || segments[^1].Length >= limits.SegmentBytes;
        var segment = isNew ? new Segment(SegmentSummary.Empty(next)) : segments[^1];
        // One whose first write was torn has no head: without one nobody would know the outbox's name.
        var withCheckpoint = segment.Length == 0 || unwrittenAcks >= CheckpointEvery;
        var head = withCheckpoint ? CheckpointNow(isNew && segments.Count > 0 ? segments[^1].Summary : null) : null;
        var length = (head?.Length ?? 0) + frames.Sum(frame => frame.Length);
        var bytes = new byte[length + SegmentFile.Padding(segment.Length, length)];
        head?.CopyTo(bytes, 0);
        var at = head?.Length ?? 0;
        foreach (var frame in frames)
        {
            frame.CopyTo(bytes, at);
            at += frame.Length;
        }

        if (isNew && folder.Exists(segment.Name))
        {
            // Of a start that failed.
            folder.Delete(segment.Name);
        }

        tailInDoubt = !isNew;
        folder.Append(segment.Name, bytes);
        folder.Flush(segment.Name);
        tailInDoubt = false;
        BytesWritten += bytes.Length;
        BytesOfRecords += frames.Sum(frame => (long)frame.Length - BatchHeader.Length);
        foreach (var frame in frames)
        {
            segment.Summary = segment.Summary.With(BatchHeader.Read(frame)!.Value, segment.Length);
        }

        segment.Summary = segment.Summary with { Length = segment.Length + bytes.Length };
        if (isNew)
        {
            segments.Add(segment);
        }

        next = end;
        if (withCheckpoint)
        {
            CheckpointIsWritten();
        }
    }

    /// <summary>An earlier write failed half-way: what it left must go before anything follows it.</summary>
    private void CutDoubtfulTail()
    {
        if (tailInDoubt && segments.Count > 0)
        {
            if (folder.Length(segments[^1].Name) > segments[^1].Length)
            {
                folder.Truncate(segments[^1].Name, segments[^1].Length);
            }

            tailInDoubt = false;
        }
    }

    private void TryWriteCheckpoint()
    {
        try
        {
            CutDoubtfulTail();
            var frame = CheckpointNow(null);
            tailInDoubt = true;
            folder.Append(segments[^1].Name, frame);
            folder.Flush(segments[^1].Name);
            tailInDoubt = false;
            BytesWritten += frame.Length;
            segments[^1].Summary = segments[^1].Summary with { Length = segments[^1].Length + frame.Length };
            CheckpointIsWritten();
        }
        catch (IOException)
        {
            // It costs duplicates, no message; the problem is told where messages are written.
        }
    }

    private byte[] CheckpointNow(SegmentSummary? before) =>
        new Checkpoint(
            Stream,
            next,
            source,
            acknowledged.ToDictionary(pair => pair.Key, pair => ToWrite(pair.Value)),
            before,
            null,
            limits.BudgetBytes
        ).ToFrame(next, limits.Quality);

    private void CheckpointIsWritten()
    {
        unwrittenAcks = 0;
        persisted = Copy();
        DropDelivered();
    }
}
