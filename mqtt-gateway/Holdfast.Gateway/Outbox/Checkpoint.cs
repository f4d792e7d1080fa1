using System.Text.Json;

namespace Holdfast.Gateway.Outbox;

/// <summary>
/// What the outbox remembers of itself, written into its own files: at the head of each segment, and now and then between batches, where it costs
/// no flush of its own.
/// </summary>
/// <param name="Stream">The outbox's name for life.</param>
/// <param name="Next">The sequence that comes next.</param>
/// <param name="Source">The producer's own number up to which everything is handed over.</param>
/// <param name="Readers">What each reader's broker has acknowledged: first, last, first, last…</param>
/// <param name="Before">At the head of a segment: what the one before it held when it was closed.</param>
/// <param name="Own">At the head of a segment that was rewritten: what it holds.</param>
/// <param name="Budget">What the outbox may fill of the disk, in bytes, for those who look into its files; 0: not said.</param>
internal sealed record Checkpoint(
    string Stream,
    long Next,
    long Source,
    Dictionary<string, long[]> Readers,
    SegmentSummary? Before,
    SegmentSummary? Own,
    long Budget = 0
)
{
    public byte[] ToFrame(long first, int quality) =>
        Batch.Frame(
            JsonSerializer.SerializeToUtf8Bytes(this, OutboxJson.Default.Checkpoint),
            quality,
            new BatchHeader(FrameKind.Checkpoint, 0, 0, false, 0) { First = first, Source = Source }
        );

    public static Checkpoint? Of(in BatchHeader header, ReadOnlyMemory<byte> content)
    {
        try
        {
            return Batch.Unpack(header, content) is { } json
                ? JsonSerializer.Deserialize(json.Span, OutboxJson.Default.Checkpoint)
                : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }
}

/// <summary>What a segment holds, so that it need not be read to be known.</summary>
/// <param name="Level">How often it was thinned.</param>
internal sealed record SegmentSummary(
    long First,
    long End,
    long Length,
    ClassCounts Counts,
    long FromMs,
    long ToMs,
    int Level
)
{
    public static SegmentSummary Empty(long first) => new(first, first, 0, default, long.MaxValue, long.MinValue, 0);

    public SegmentSummary With(in BatchHeader header, long length) =>
        header.Kind == FrameKind.Checkpoint
            ? this with
            {
                Length = length,
            }
            : this with
            {
                End = Math.Max(End, header.End),
                Length = length,
                Counts = Counts + header.Counts,
                FromMs = Math.Min(FromMs, header.TimeMs),
                ToMs = Math.Max(ToMs, header.TimeMs + header.TimeSpanMs),
            };
}
