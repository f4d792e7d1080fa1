using Holdfast.Mqtt;

namespace Holdfast.Gateway.Outbox;

/// <summary>What became of a write.</summary>
/// <param name="First">The first sequence given; as many follow as messages were taken.</param>
/// <param name="Taken">Messages that are on disk now.</param>
/// <param name="OnlyUrgent">Alarms and audit were taken; states and metrics were not.</param>
/// <param name="Problem">In words why not all were; empty: they were.</param>
public readonly record struct WriteResult(long First, int Taken, bool OnlyUrgent, string Problem)
{
    public bool IsComplete => Problem.Length == 0;
}

/// <summary>Into the outbox.</summary>
public sealed partial class DurableOutbox
{
    /// <summary>Acknowledgements that may be lost in a crash, and then come again as duplicates.</summary>
    private const int CheckpointEvery = 1000;

    private const int RangesMax = 256;

    /// <summary>How old what is not written down of the acknowledgements may become.</summary>
    private static readonly TimeSpan CheckpointAfter = TimeSpan.FromSeconds(10);

    private readonly RecentMessages recent = new();
    private long unwrittenAcks;
    private MonotonicTime lastCheckpoint;

    /// <summary>Raised, on the writer's thread, when there is something new to read.</summary>
    public event Action? Written;

    /// <summary>Whether a message can be kept at all.</summary>
    public bool Fits(MqttMessage message) => MessageCodec.SizeMax(message) <= limits.MessageBytes;

    /// <summary>Takes messages over: with one write and one flush for all of them. Returns when they are on disk, or why they are not.</summary>
    /// <param name="drafts">Each within the limit (<see cref="Fits"/>).</param>
    /// <param name="now">The wall clock, for records of gaps.</param>
    /// <param name="handedOver">The producer's own number up to which everything is handed over with this; 0: it has none.</param>
    public WriteResult Write(IReadOnlyList<Draft> drafts, DateTimeOffset now, long handedOver = 0)
    {
        WriteResult result;
        lock (gate)
        {
            Invariant.Require(
                drafts.All(one => Fits(one.Message)),
                "whoever hands a message over has asked whether it fits"
            );
            var told = Tell(now);
            result = Store([.. told, .. drafts], Math.Max(source, handedOver), now);
            if (result.OnlyUrgent || !result.IsComplete)
            {
                Problem = result.Problem;
            }
            else
            {
                Problem = null;
            }

            if (result.Taken >= told.Count && told.Count > 0)
            {
                ForgetTold();
            }

            var mine = Math.Max(0, result.Taken - told.Count);
            result = result with { First = result.First + told.Count, Taken = mine };
        }

        Written?.Invoke();
        return result;
    }

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

    private WriteResult Store(List<Draft> drafts, long handedOver, DateTimeOffset now)
    {
        var onlyUrgent = false;
        while (true)
        {
            if (drafts.Count == 0)
            {
                return onlyUrgent ? new WriteResult(next, 0, true, Full()) : new WriteResult(next, 0, false, "");
            }

            var messages = drafts
                .Select((one, i) => new OutboxMessage(next + i, one.Class, one.Time, one.Message))
                .ToList();
            var frames = Frames(messages, onlyUrgent ? source : handedOver);
            var length = frames.Sum(frame => frame.Length);
            if (MakeRoom(length, onlyUrgent || drafts.All(IsUrgent), now))
            {
                var problem = TryAppend(frames, next + messages.Count, drafts.Any(IsUrgent));
                if (problem.Length == 0)
                {
                    source = onlyUrgent ? source : handedOver;
                    Remember(messages);
                    return new WriteResult(messages[0].Sequence, messages.Count, onlyUrgent, onlyUrgent ? Full() : "");
                }

                return new WriteResult(next, 0, false, problem);
            }

            if (onlyUrgent || drafts.All(IsUrgent))
            {
                return new WriteResult(next, 0, false, Full());
            }

            onlyUrgent = true;
            drafts.RemoveAll(one => !IsUrgent(one));
        }
    }

    private string Full() => $"the outbox is full: its budget is {limits.BudgetBytes / 1_000_000} MB";

    private static bool IsUrgent(Draft one) =>
        one.Class is MessageClass.Alarm or MessageClass.Audit or MessageClass.Gap;

    private List<byte[]> Frames(List<OutboxMessage> messages, long handedOver)
    {
        var frames = new List<byte[]>();
        for (var at = 0; at < messages.Count; )
        {
            var (from, bytes) = (at, 0);
            while (at < messages.Count && at - from < limits.BatchMessages && (at == from || bytes < limits.BatchBytes))
            {
                bytes += MessageCodec.SizeMax(messages[at++].Message);
            }

            var end = messages[at - 1].Sequence + 1;
            // Only the last may say that all is handed over: a crash may take it and leave the others.
            var said = at == messages.Count ? handedOver : source;
            frames.Add(Batch.Pack(messages[from..at], messages[from].Sequence, end, said, limits.Quality));
        }

        return frames;
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
        byte[] bytes = [.. head ?? [], .. frames.SelectMany(frame => frame)];
        var padding = SegmentFile.Padding(segment.Length, bytes.Length);
        Array.Resize(ref bytes, bytes.Length + padding);
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
            null
        ).ToFrame(next, limits.Quality);

    private void CheckpointIsWritten()
    {
        unwrittenAcks = 0;
        persisted = Copy();
        DropDelivered();
    }

    private void Remember(List<OutboxMessage> messages)
    {
        foreach (var one in messages)
        {
            recent.Add(one, limits.RecentMessages);
        }
    }
}
