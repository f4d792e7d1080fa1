namespace Holdfast.Gateway.Outbox;

/// <summary>What can be known of a segment from its file.</summary>
/// <param name="Summary">Of what is whole.</param>
/// <param name="Last">The last checkpoint in it; null: none is whole.</param>
/// <param name="Source">The highest in it.</param>
/// <param name="IsTailBad">Behind the last frame lies what is neither a torn write nor empty: numbers may have been given that can't be seen any more.</param>
internal sealed record SegmentRecovery(
    SegmentSummary Summary,
    Checkpoint? Last,
    long Source,
    IReadOnlyList<Lost> Lost,
    bool IsTailBad
)
{
    public static SegmentRecovery Read(ReadOnlyMemory<byte> file, long first)
    {
        var summary = SegmentSummary.Empty(first);
        var (last, source, lost) = ((Checkpoint?)null, 0L, new List<Lost>());
        foreach (var frame in SegmentFile.Scan(file))
        {
            if (frame.EndsAt > file.Length)
            {
                // Torn: it was never acknowledged, its numbers are free.
                break;
            }

            var isWhole = Batch.IsWhole(frame.Header, frame.Content.Span);
            if (frame.Header.Kind == FrameKind.Checkpoint)
            {
                last = (isWhole ? Checkpoint.Of(frame.Header, frame.Content) : null) ?? last;
                summary = summary with { Length = frame.EndsAt, Level = last?.Own?.Level ?? summary.Level };
                continue;
            }

            if (frame.Header.First < summary.End)
            {
                // No number comes twice: this was left by something else.
                continue;
            }

            if (frame.Header.First > summary.End)
            {
                lost.Add(LostBetween(summary.End, frame.Header.First - 1));
            }

            if (!isWhole)
            {
                lost.Add(LostBatch(frame.Header));
            }

            source = Math.Max(source, frame.Header.Source);
            summary = summary.With(frame.Header, frame.EndsAt);
        }

        var tail = file.Span[(int)Math.Min(file.Length, summary.Length)..];
        return new SegmentRecovery(summary, last, source, lost, IsBad(tail));
    }

    public static Lost LostBatch(in BatchHeader header) =>
        new(header.First, header.End - 1, header.Counts.Total, ClassesIn(header.Counts), "damaged on the disk");

    public static Lost LostBetween(long first, long last) =>
        new(first, last, last - first + 1, "alarm+audit+state+metric", "damaged on the disk");

    private static string ClassesIn(ClassCounts counts) =>
        string.Join(
            '+',
            Enum.GetValues<MessageClass>()
                .Where(one => counts[one] > 0)
                .Select(one => one.ToString().ToLowerInvariant())
        );

    private static bool IsBad(ReadOnlySpan<byte> tail) =>
        tail.Length >= BatchHeader.Length && tail.ContainsAnyExcept((byte)0) && BatchHeader.Read(tail) is null;
}
