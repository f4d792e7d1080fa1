namespace Holdfast.Storage.Shards;

/// <summary>How a set of shards is.</summary>
public enum ShardSetState
{
    /// <summary>Every shard is there and intact.</summary>
    Whole,

    /// <summary>Shards are missing or lie; all of them can be rebuilt.</summary>
    Damaged,

    /// <summary>Of some stripe fewer than k pieces are left, or it cannot be told which lie: the source is lost.</summary>
    Lost,
}

/// <summary>What a look at every byte of every shard says.</summary>
/// <param name="Bad">Indices of the shards that are missing or lie.</param>
/// <param name="Problem">Why the source is lost; empty where it isn't.</param>
public sealed record ShardVerdict(ShardSetState State, IReadOnlyList<int> Bad, string Problem);
