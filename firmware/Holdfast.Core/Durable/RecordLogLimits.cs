namespace Holdfast.Core;

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
