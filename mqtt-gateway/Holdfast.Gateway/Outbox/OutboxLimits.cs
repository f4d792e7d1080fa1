namespace Holdfast.Gateway.Outbox;

/// <summary>The limits of an outbox, with the reason for each default.</summary>
public sealed record OutboxLimits
{
    /// <summary>What it may fill of the disk: 72 hours at 100 messages a second need 0.7 GB (docs/mqtt.md), and the smallest board has 8 GB.</summary>
    public long BudgetBytes { get; init; } = 2L * 1024 * 1024 * 1024;

    /// <summary>Of the budget, only for alarms, audit and records of gaps: a hundred thousand of them.</summary>
    public long ReserveBytes { get; init; } = 16 * 1024 * 1024;

    /// <summary>A segment is closed once it has this length: thinning rewrites one at a time in memory.</summary>
    public int SegmentBytes { get; init; } = 1024 * 1024;

    /// <summary>Messages that are compressed together at most.</summary>
    public int BatchMessages { get; init; } = 1024;

    /// <summary>The same in bytes before compression.</summary>
    public int BatchBytes { get; init; } = 512 * 1024;

    /// <summary>The largest message, all in all.</summary>
    public int MessageBytes { get; init; } = 256 * 1024;

    /// <summary>A file that is given up when the file system itself is full, so that alarms can still be written.</summary>
    public int BallastBytes { get; init; } = 256 * 1024;

    /// <summary>Messages held in memory for those who follow live, at most.</summary>
    public int RecentMessages { get; init; } = 2048;

    /// <summary>Brotli's; 1 is the fastest, 4 packs a fifth better.</summary>
    public int Quality { get; init; } = 4;
}
