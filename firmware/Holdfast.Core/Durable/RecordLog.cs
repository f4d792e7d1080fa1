using System.Buffers.Binary;
using System.Globalization;

namespace Holdfast.Core;

/// <summary>
/// An append-only log of numbered records that survives kill -9 and power cuts.
///
/// Terms: a <c>segment</c> is a file named after the sequence of its first record; a record is its length (u32), the CRC32C of the payload
/// (u32), the payload; all little-endian. Sequences count up by one within and across segments.
/// It guarantees: what <see cref="Commit"/> returned for is on disk; a torn tail is cut when the log is opened; a damaged record
/// in the middle costs itself and what follows in its segment, which is reported, and nothing else.
/// </summary>
public sealed class RecordLog
{
    private const int HeaderLength = 8;
    private const string Ending = ".log";

    private readonly IDurableFolder folder;
    private readonly RecordLogLimits limits;
    private readonly List<Segment> segments = [];
    private readonly List<string> damage = [];
    private byte[] pending = new byte[4096];
    private int pendingLength;
    private int pendingCount;
    private bool tailInDoubt;

    /// <summary>Opens the log, cutting a torn tail.</summary>
    /// <exception cref="IOException">The folder cannot be read or written.</exception>
    public RecordLog(IDurableFolder folder, RecordLogLimits? limits = null)
    {
        this.folder = folder;
        this.limits = limits ?? new RecordLogLimits();
        foreach (var name in folder.List().Where(name => name.EndsWith(Ending, StringComparison.Ordinal)))
        {
            if (long.TryParse(name[..^Ending.Length], NumberStyles.None, CultureInfo.InvariantCulture, out var first))
            {
                Recover(new Segment(name, first));
            }
        }

        if (segments.Count > 0)
        {
            CutTail(segments[^1]);
        }
    }

    /// <summary>The sequence of the oldest record kept; one more than the last where there is none.</summary>
    public long FirstSequence => segments.Count > 0 ? segments[0].First : 1;

    /// <summary>The sequence of the newest record on disk; 0 where there never was one.</summary>
    public long LastSequence => segments.Count > 0 ? segments[^1].End - 1 : 0;

    /// <summary>In words what was found damaged when the log was opened.</summary>
    public IReadOnlyList<string> Damage => damage;

    public long Bytes => segments.Sum(segment => segment.Length);

    /// <summary>Adds a record to the next commit.</summary>
    /// <returns>The sequence that it will have.</returns>
    /// <exception cref="ArgumentException">The record is empty or longer than the limit.</exception>
    public long Append(ReadOnlySpan<byte> payload)
    {
        if (payload.IsEmpty || payload.Length > limits.RecordBytesMax)
        {
            throw new ArgumentException($"a record has 1 to {limits.RecordBytesMax} bytes, not {payload.Length}");
        }

        var length = HeaderLength + payload.Length;
        if (pendingLength + length > pending.Length)
        {
            Array.Resize(ref pending, Math.Max(pending.Length * 2, pendingLength + length));
        }

        var record = pending.AsSpan(pendingLength, length);
        BinaryPrimitives.WriteInt32LittleEndian(record, payload.Length);
        payload.CopyTo(record[HeaderLength..]);
        BinaryPrimitives.WriteUInt32LittleEndian(record[4..], Crc32C.Of(payload));
        pendingLength += length;
        pendingCount++;
        return LastSequence + pendingCount;
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
            CutTail(segments[^1]);
            tailInDoubt = false;
        }

        var segment = segments.Count > 0 && segments[^1].Length < limits.SegmentBytes ? segments[^1] : AddSegment();
        tailInDoubt = true;
        folder.Append(segment.Name, pending.AsSpan(0, pendingLength));
        folder.Flush(segment.Name);
        tailInDoubt = false;
        segment.Length += pendingLength;
        segment.End += pendingCount;
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
            folder.Delete(segments[0].Name);
            dropped = (dropped?.First ?? segments[0].First, segments[0].End - 1);
            segments.RemoveAt(0);
        }

        return dropped;
    }

    /// <summary>Reads up to <paramref name="count"/> records from a sequence on; sequences that were dropped or damaged are left out.</summary>
    public IReadOnlyList<LogRecord> Read(long from, int count)
    {
        var records = new List<LogRecord>();
        foreach (var segment in segments.Where(segment => segment.End > from))
        {
            if (records.Count >= count)
            {
                break;
            }

            foreach (var record in Scan(segment.Name, segment.First, segment.Length))
            {
                if (record.Sequence >= from && records.Count < count)
                {
                    records.Add(record);
                }
            }
        }

        return records;
    }

    private Segment AddSegment()
    {
        var first = LastSequence + 1;
        var segment = new Segment(string.Create(CultureInfo.InvariantCulture, $"{first:D19}{Ending}"), first);
        if (folder.Exists(segment.Name))
        {
            folder.Delete(segment.Name);
        }

        segments.Add(segment);
        return segment;
    }

    private void Recover(Segment segment)
    {
        foreach (var record in Scan(segment.Name, segment.First, folder.Length(segment.Name)))
        {
            segment.End = record.Sequence + 1;
            segment.Length += HeaderLength + record.Payload.Length;
        }

        if (segments.Count > 0 && segment.First > segments[^1].End)
        {
            damage.Add($"records {segments[^1].End} to {segment.First - 1} are damaged and lost");
        }

        segments.Add(segment);
    }

    private void CutTail(Segment last)
    {
        if (folder.Length(last.Name) > last.Length)
        {
            folder.Truncate(last.Name, last.Length);
        }
    }

    private IEnumerable<LogRecord> Scan(string name, long first, long length)
    {
        var header = new byte[HeaderLength];
        var sequence = first;
        for (var offset = 0L; offset + HeaderLength <= length; sequence++)
        {
            folder.Read(name, offset, header);
            var size = BinaryPrimitives.ReadInt32LittleEndian(header);
            if (size <= 0 || size > limits.RecordBytesMax || offset + HeaderLength + size > length)
            {
                yield break;
            }

            var payload = new byte[size];
            folder.Read(name, offset + HeaderLength, payload);
            if (Crc32C.Of(payload) != BinaryPrimitives.ReadUInt32LittleEndian(header.AsSpan(4)))
            {
                yield break;
            }

            yield return new LogRecord(sequence, payload);
            offset += HeaderLength + size;
        }
    }

    private sealed class Segment(string name, long first)
    {
        public string Name => name;

        public long First { get; } = first;

        /// <summary>One more than its last record's sequence.</summary>
        public long End { get; set; } = first;

        public long Length { get; set; }
    }
}

/// <summary>One record and its number.</summary>
public readonly record struct LogRecord(long Sequence, ReadOnlyMemory<byte> Payload);

/// <summary>The limits of a log.</summary>
public sealed record RecordLogLimits
{
    /// <summary>Larger than any event; smaller than what would hurt to read into memory.</summary>
    public int RecordBytesMax { get; init; } = 64 * 1024;

    /// <summary>A segment is closed once it has this length: small enough to scan at start, large enough to be few.</summary>
    public long SegmentBytes { get; init; } = 4 * 1024 * 1024;

    /// <summary>What the log may fill of the disk.</summary>
    public long BudgetBytes { get; init; } = 256 * 1024 * 1024;
}
