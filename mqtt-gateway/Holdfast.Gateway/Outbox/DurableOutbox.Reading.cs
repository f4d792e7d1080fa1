namespace Holdfast.Gateway.Outbox;

/// <summary>Out of the outbox.</summary>
public sealed partial class DurableOutbox
{
    /// <summary>The broker of a reader has it.</summary>
    internal void Acknowledge(string reader, long sequence)
    {
        lock (gate)
        {
            held[reader].Remove(sequence);
            if (sequence < next && acknowledged[reader].Add(sequence))
            {
                unwrittenAcks++;
            }
        }
    }

    /// <summary>A reader has it in its hands: it is not changed on the disk, so that what is acknowledged is what was sent.</summary>
    internal void Hold(string reader, long sequence)
    {
        lock (gate)
        {
            held[reader].Add(sequence);
        }
    }

    /// <summary>A reader has nothing in its hands any more.</summary>
    internal void Release(string reader)
    {
        lock (gate)
        {
            held[reader].Clear();
        }
    }

    /// <summary>There is nothing between these that a reader could get.</summary>
    internal void PassOver(string reader, long first, long last)
    {
        lock (gate)
        {
            if (first <= last && !acknowledged[reader].ContainsAll(first, last))
            {
                acknowledged[reader].Add(first, last);
                unwrittenAcks++;
            }
        }
    }

    /// <summary>The lowest sequence that a reader's broker does not have.</summary>
    internal long LowestUnacknowledged(string reader, long from = 1)
    {
        lock (gate)
        {
            return Math.Min(next, acknowledged[reader].FirstMissing(from));
        }
    }

    internal bool IsAcknowledged(string reader, long sequence)
    {
        lock (gate)
        {
            return acknowledged[reader].Contains(sequence);
        }
    }

    internal IReadOnlyList<OutboxMessage> Recent(long from, int count)
    {
        lock (gate)
        {
            return recent.From(from, count);
        }
    }

    /// <summary>Whether a late value of a retained topic must not become the broker's retained one.</summary>
    internal bool IsSuperseded(OutboxMessage one)
    {
        lock (gate)
        {
            return recent.IsSuperseded(one);
        }
    }

    /// <summary>The next batch with messages at or above a sequence; null: there is none. What is damaged is passed over and told.</summary>
    /// <param name="end">Between the sequence asked for and this there is nothing else.</param>
    internal List<OutboxMessage>? ReadFrom(string reader, long from, ref ReadPosition at, out long end)
    {
        lock (gate)
        {
            while (segments.Find(segment => segment.End > from) is { } segment)
            {
                from = Math.Max(from, segment.First);
                if (ReadIn(segment, ref from, ref at, out end) is { } batch)
                {
                    batch.ForEach(one => held[reader].Add(one.Sequence));
                    return batch;
                }
            }

            end = next;
            return null;
        }
    }

    /// <summary>In one segment; null: it has no more, and the sequence is its end.</summary>
    private List<OutboxMessage>? ReadIn(Segment segment, ref long from, ref ReadPosition at, out long end)
    {
        var isHere = at.Segment == segment.First && at.Version == segment.Version && at.From <= from;
        var offset = isHere ? at.Offset : 0;
        while (offset < segment.Length)
        {
            if (FrameAt(segment, offset) is not { } frame)
            {
                break;
            }

            offset = frame.EndsAt;
            if (frame.Header.Kind != FrameKind.Messages || frame.Header.End <= from)
            {
                continue;
            }

            if (frame.Header.First > from)
            {
                Lose(SegmentRecovery.LostBetween(from, frame.Header.First - 1));
                from = frame.Header.First;
            }

            if (frame.Messages() is { } batch)
            {
                var asked = from;
                end = frame.Header.End;
                at = new ReadPosition
                {
                    Segment = segment.First,
                    Version = segment.Version,
                    Offset = offset,
                    From = end,
                };
                return [.. batch.Where(one => one.Sequence >= asked)];
            }

            Lose(SegmentRecovery.LostBatch(frame.Header));
            from = frame.Header.End;
        }

        if (from < segment.End)
        {
            Lose(SegmentRecovery.LostBetween(from, segment.End - 1));
            from = segment.End;
        }

        end = from;
        return null;
    }

    /// <summary>At an offset, or the next behind it where that place is damaged.</summary>
    private FoundFrame? FrameAt(Segment segment, long offset)
    {
        if (SegmentFile.ReadAt(folder, segment.Name, offset) is { } frame)
        {
            return frame;
        }

        var file = SegmentFile.ReadAll(folder, segment.Name);
        foreach (var found in SegmentFile.Scan(file.AsMemory((int)Math.Min(offset, file.Length))))
        {
            return found with { At = found.At + offset };
        }

        return null;
    }
}
