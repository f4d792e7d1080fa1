namespace Holdfast.Core;

/// <summary>
/// An append-only log of numbered records that survives kill -9 and power cuts.
///
/// Terms: a <c>segment</c> is a file of records (<see cref="LogSegment"/>, <see cref="RecordFrame"/>). Sequences count up by one within
/// and across segments, except where <see cref="SkipTo"/> or damage left a gap.
/// It guarantees: what <see cref="Commit"/> returned for is on disk; a torn tail is cut when the log is opened; a damaged record costs itself,
/// which is reported, and nothing else; a sequence that can be seen to have been given is not given again.
/// </summary>
public sealed class RecordLog
{
    private readonly IDurableFolder folder;
    private readonly RecordLogLimits limits;
    private readonly List<LogSegment> segments = [];
    private readonly List<(long First, long Last)> missing = [];
    private byte[] pending = new byte[4096];
    private int pendingLength;
    private int pendingCount;
    private long next = 1;
    private bool tailInDoubt;

    /// <summary>Opens the log, cutting a torn tail.</summary>
    /// <exception cref="IOException">The folder cannot be read or written.</exception>
    public RecordLog(IDurableFolder folder, RecordLogLimits? limits = null)
    {
        this.folder = folder;
        this.limits = limits ?? new RecordLogLimits();
        foreach (var first in folder.List().Select(LogSegment.FirstOf).OfType<long>())
        {
            Recover(first);
        }

        if (segments is [.., var newest])
        {
            newest.CutTail();
            // A killed process may have left its last records in the system's memory only, and they are shown from now on.
            newest.Flush();
        }
    }

    /// <summary>The sequence of the oldest record kept; one more than the last where there is none.</summary>
    public long FirstSequence => segments.Count > 0 ? segments[0].First : next;

    /// <summary>The sequence before the one that comes next: of the newest record on disk, but for a gap; 0 at the beginning.</summary>
    public long LastSequence => next - 1;

    /// <summary>In words what was found damaged when the log was opened.</summary>
    public IReadOnlyList<string> Damage =>
        [.. missing.Select(range => $"records {range.First} to {range.Last} are damaged and lost")];

    public long Bytes => segments.Sum(segment => segment.Length);

    /// <summary>Leaves a gap: the next record has this sequence, or the one it would have had where that is higher.</summary>
    public void SkipTo(long sequence)
    {
        Invariant.Require(pendingCount == 0, "what was appended has its sequence already");
        next = Math.Max(next, sequence);
    }

    /// <summary>Adds a record to the next commit.</summary>
    /// <returns>The sequence that it will have.</returns>
    /// <exception cref="ArgumentException">The record is empty or longer than the limit.</exception>
    public long Append(ReadOnlySpan<byte> payload)
    {
        if (payload.IsEmpty || payload.Length > limits.RecordBytesMax)
        {
            throw new ArgumentException($"a record has 1 to {limits.RecordBytesMax} bytes, not {payload.Length}");
        }

        var length = RecordFrame.HeaderLength + payload.Length;
        if (pendingLength + length > pending.Length)
        {
            Array.Resize(ref pending, Math.Max(pending.Length * 2, pendingLength + length));
        }

        var sequence = next + pendingCount;
        RecordFrame.Write(pending.AsSpan(pendingLength, length), sequence, payload);
        pendingLength += length;
        pendingCount++;
        return sequence;
    }

    /// <summary>Forgets what was appended and not committed.</summary>
    public void Discard() => (pendingLength, pendingCount) = (0, 0);

    /// <summary>Writes what was appended with one write and one flush.</summary>
    /// <exception cref="IOException">It is not on disk (full, read-only). What was appended is kept for the next try.</exception>
    public void Commit()
    {
        if (pendingCount == 0)
        {
            return;
        }

        if (tailInDoubt)
        {
            // An earlier write failed half-way: what it left must go before anything follows it.
            segments[^1].CutTail();
            tailInDoubt = false;
        }

        var segment = segments.Count > 0 && segments[^1].Length < limits.SegmentBytes ? segments[^1] : AddSegment();
        tailInDoubt = true;
        segment.Append(pending.AsSpan(0, pendingLength), next + pendingCount);
        tailInDoubt = false;
        next += pendingCount;
        Discard();
    }

    /// <summary>Removes the oldest segments, never the newest, until the log fits its budget.</summary>
    /// <param name="keepFrom">Records from this sequence on are spared as long as the log is below twice the budget.</param>
    /// <returns>The range dropped, or null.</returns>
    public (long First, long Last)? Trim(long keepFrom)
    {
        (long First, long Last)? dropped = null;
        while (
            segments.Count > 1
            && Bytes > limits.BudgetBytes
            && (segments[0].End <= keepFrom || Bytes > 2 * limits.BudgetBytes)
        )
        {
            segments[0].Delete();
            dropped = (dropped?.First ?? segments[0].First, segments[0].End - 1);
            segments.RemoveAt(0);
        }

        return dropped;
    }

    /// <summary>Reads up to <paramref name="count"/> records from a sequence on; sequences that were dropped or damaged are left out.</summary>
    public IReadOnlyList<LogRecord> Read(long from, int count) => [.. Read(from).Take(count)];

    /// <summary>All records from a sequence on, read as they are asked for; not while the log changes.</summary>
    public IEnumerable<LogRecord> Read(long from) =>
        segments
            .Where(segment => segment.End > from)
            .SelectMany(segment => segment.Read())
            .Where(record => record.Sequence >= from);

    /// <summary>Removes the segments, never the newest, all of whose records come before a sequence: their owner has written anew what of them is alive.</summary>
    public void DropBefore(long sequence)
    {
        while (segments.Count > 1 && segments[0].End <= sequence)
        {
            segments[0].Delete();
            segments.RemoveAt(0);
        }
    }

    private LogSegment AddSegment()
    {
        var segment = new LogSegment(folder, next, limits.RecordBytesMax);
        if (folder.Exists(segment.Name))
        {
            segment.Delete();
        }

        segments.Add(segment);
        return segment;
    }

    private void Recover(long first)
    {
        if (segments.Count > 0 && first > next)
        {
            Miss(next, first - 1);
        }

        var segment = new LogSegment(folder, first, limits.RecordBytesMax);
        segment.Recover(Miss);
        segments.Add(segment);
        next = segment.End;
    }

    private void Miss(long first, long last)
    {
        if (missing is [.., var before] && before.Last + 1 == first)
        {
            missing[^1] = (before.First, last);
        }
        else
        {
            missing.Add((first, last));
        }
    }
}

/// <summary>One record and its number.</summary>
public readonly record struct LogRecord(long Sequence, ReadOnlyMemory<byte> Payload);
