namespace Holdfast.Gateway.Outbox;

/// <summary>One of the outbox's files, as far as it is held in memory.</summary>
internal sealed class Segment(SegmentSummary summary)
{
    public SegmentSummary Summary { get; set; } = summary;

    public string Name { get; } = SegmentFile.NameOf(summary.First);

    public long First => Summary.First;

    public long End => Summary.End;

    public long Length => Summary.Length;

    /// <summary>Grows when the file is rewritten: offsets into it are then worth nothing.</summary>
    public int Version { get; set; }
}

/// <summary>Where a reader was, so that it need not look for its place again.</summary>
internal struct ReadPosition
{
    public long Segment;
    public int Version;
    public long Offset;
    public long From;
}

/// <summary>Sequences that are gone and that consumers are to be told of.</summary>
internal readonly record struct Lost(long First, long Last, long Count, string Class, string Why);
