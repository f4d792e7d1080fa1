namespace Holdfast.Storage.Shards;

/// <summary>A reader, or why there is none.</summary>
/// <param name="Problem">In words; empty: there is a reader.</param>
/// <param name="Strays">What is wrong with the streams that do not count.</param>
public sealed record ShardOpening(ShardReader? Reader, string Problem, IReadOnlyList<ShardFinding> Strays);
