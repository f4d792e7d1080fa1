namespace Holdfast.Storage.ErasureCoding;

/// <summary>What a look at a whole stripe says.</summary>
/// <param name="IsConsistent">Whether the parity fits the data.</param>
/// <param name="Liar">
/// The one shard that explains all differences when it alone is wrong. Null when the stripe is consistent, when several lie, and with a single parity shard,
/// which can tell that something is wrong but not what.
/// </param>
public readonly record struct StripeVerdict(bool IsConsistent, int? Liar);
