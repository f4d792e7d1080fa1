namespace Holdfast.Storage.Shards;

/// <summary>How the work on a set of shards ended.</summary>
public enum ShardEnd
{
    Done,

    /// <summary>The source could not be read, or is not as long as was said.</summary>
    SourceFailed,

    /// <summary>A stream could not be written.</summary>
    TargetFailed,

    /// <summary>Fewer than k intact pieces of a stripe are left.</summary>
    TooFewShards,
}

/// <summary>What became of the work on a set of shards.</summary>
/// <param name="Set">The set that was read or written; null: it was not written to its end.</param>
/// <param name="Shard">Which shard could not be written; null where that is not what happened.</param>
/// <param name="Problem">In words, without the name of a file; empty when it is done.</param>
public readonly record struct ShardOutcome(ShardEnd End, ShardSet? Set, int? Shard, string Problem)
{
    public bool IsDone => End == ShardEnd.Done;
}
