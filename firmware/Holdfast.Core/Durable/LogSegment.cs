using System.Globalization;

namespace Holdfast.Core;

/// <summary>
/// One file of a <see cref="RecordLog"/>, named after the sequence that its first record has or would have had. Its sequences ascend; one that is
/// missing was damaged.
/// </summary>
internal sealed class LogSegment(IDurableFolder folder, long first, int recordBytesMax)
{
    private const string Ending = ".log";

    private readonly int frameMax = RecordFrame.HeaderLength + recordBytesMax;

    public string Name { get; } = string.Create(CultureInfo.InvariantCulture, $"{first:D19}{Ending}");

    public long First { get; } = first;

    /// <summary>One more than its last record's sequence.</summary>
    public long End { get; private set; } = first;

    /// <summary>In bytes, to the end of its last record.</summary>
    public long Length { get; private set; }

    /// <summary>The first sequence of the segment of that file; null: it is none.</summary>
    public static long? FirstOf(string name) =>
        name.EndsWith(Ending, StringComparison.Ordinal)
        && long.TryParse(name[..^Ending.Length], NumberStyles.None, CultureInfo.InvariantCulture, out var first)
            ? first
            : null;

    /// <summary>Finds out what the file holds.</summary>
    /// <param name="missing">Told of every range of sequences that should be there and is not.</param>
    public void Recover(Action<long, long> missing)
    {
        foreach (var found in Scan(folder.Length(Name)))
        {
            if (found.Sequence > End)
            {
                missing(End, found.Sequence - 1);
            }

            if (!found.IsWhole)
            {
                missing(found.Sequence, found.Sequence);
            }

            (End, Length) = (found.Sequence + 1, found.EndsAt);
        }
    }

    public IEnumerable<LogRecord> Read() =>
        Scan(Length).Where(found => found.IsWhole).Select(found => new LogRecord(found.Sequence, found.Payload));

    /// <summary>Returns once the records are on disk.</summary>
    /// <param name="end">One more than the last one's sequence.</param>
    public void Append(ReadOnlySpan<byte> frames, long end)
    {
        folder.Append(Name, frames);
        folder.Flush(Name);
        (End, Length) = (end, Length + frames.Length);
    }

    /// <summary>Cuts what lies behind the last record: a write that never finished.</summary>
    public void CutTail()
    {
        if (folder.Length(Name) > Length)
        {
            folder.Truncate(Name, Length);
        }
    }

    public void Flush() => folder.Flush(Name);

    public void Delete() => folder.Delete(Name);

    /// <summary>
    /// The records in the file's first <paramref name="length"/> bytes. Behind damage it looks byte by byte for the next one. One whose
    /// checksum is wrong but whose number is the next is told too, so that its number is not given to another.
    /// </summary>
    private IEnumerable<Found> Scan(long length)
    {
        var window = new byte[(int)Math.Min(2L * frameMax, length)];
        var (start, filled) = (0L, 0);
        var next = First;
        for (var at = 0L; at + RecordFrame.HeaderLength < length; )
        {
            if (at + frameMax > start + filled && start + filled < length)
            {
                start = at;
                filled = folder.Read(Name, at, window.AsSpan(0, (int)Math.Min(window.Length, length - at)));
            }

            var found = FoundIn(window.AsSpan((int)(at - start)..filled), at, next);
            if (found is { } record)
            {
                yield return record;
                next = record.Sequence + 1;
            }

            at = found is { IsWhole: true } whole ? whole.EndsAt : at + 1;
        }
    }

    private Found? FoundIn(ReadOnlySpan<byte> bytes, long at, long next)
    {
        var here = bytes[..Math.Min(bytes.Length, frameMax)];
        var isThere =
            RecordFrame.TryRead(here, out var sequence, out var length, out var isWhole)
            && (isWhole ? sequence >= next : sequence == next);
        return isThere
            ? new Found(
                sequence,
                isWhole,
                isWhole ? here[RecordFrame.HeaderLength..length].ToArray() : default,
                at + length
            )
            : null;
    }

    private readonly record struct Found(long Sequence, bool IsWhole, ReadOnlyMemory<byte> Payload, long EndsAt);
}
