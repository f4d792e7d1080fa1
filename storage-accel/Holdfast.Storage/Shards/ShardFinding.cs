namespace Holdfast.Storage.Shards;

/// <summary>What is known of a stream that was given as a shard.</summary>
/// <param name="Position">In the list that was given.</param>
/// <param name="Header">What it says about itself; null: nothing that can be believed.</param>
/// <param name="Fault">The gravest that was found so far.</param>
/// <param name="Text">What is wrong with it, to be read behind its name ("is no shard"); empty: nothing.</param>
/// <param name="DamagedPieces">How many of the pieces that were read are not what was written, or could not be read.</param>
public sealed record ShardFinding(
    int Position,
    ShardHeader? Header,
    ShardFault Fault,
    string Text,
    long DamagedPieces = 0
);
