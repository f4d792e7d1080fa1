using Holdfast.Storage.Kernels;
using Holdfast.Storage.Kernels.Erasure;

namespace Holdfast.Storage.ErasureCoding;

/// <summary>
/// How certain shards are rebuilt from certain others: worked out once, used for every stripe with the same loss. Immutable and safe to share; rebuilding
/// allocates nothing.
/// </summary>
public sealed class RebuildPlan
{
    private readonly ErasureCode code;
    private readonly CoefficientTable table;
    private readonly int[] survivors;
    private readonly int[] lost;
    private readonly int[] order;

    private RebuildPlan(ErasureCode code, CoefficientTable table, GaloisMatrix rows, int[] survivors, int[] lost)
    {
        (this.code, this.table, Rows, this.survivors, this.lost) = (code, table, rows, survivors, lost);
        order = [.. survivors, .. lost];
    }

    /// <summary>Indices of the shards that are read.</summary>
    public IReadOnlyList<int> Survivors => survivors;

    /// <summary>Indices of the shards that are written.</summary>
    public IReadOnlyList<int> Lost => lost;

    /// <summary>lost = rows · survivors.</summary>
    internal GaloisMatrix Rows { get; }

    /// <summary>The survivors, then the lost.</summary>
    internal ReadOnlySpan<int> Order => order;

    internal ErasureCode Code => code;

    /// <summary>Writes the lost shards.</summary>
    /// <param name="shards">
    /// The k + m shards in their order. The survivors' are read, the lost ones' are overwritten; the others aren't looked at and may be empty.
    /// </param>
    /// <exception cref="ArgumentException">
    /// Their number is not k + m, lengths differ or are 0, or a lost shard's memory overlaps that of another which takes part; nothing was written.
    /// </exception>
    public void Rebuild(ReadOnlySpan<Memory<byte>> shards, DataLocality locality = DataLocality.Automatic)
    {
        var slots = new ShardSlots();
        var ordered = InOrder(shards, ref slots);
        PinnedMultiply.Run(table, ordered, ordered[0].Length, locality, accumulate: false, nameof(shards));
    }

    /// <summary>Writes the lost shards of a stripe, as fast as it goes.</summary>
    /// <exception cref="ArgumentException">The stripe has not k + m shards.</exception>
    public void Rebuild(Stripe stripe, DataLocality locality = DataLocality.Automatic)
    {
        ArgumentNullException.ThrowIfNull(stripe);
        ErasureCode.CheckNumber(stripe.Count, code.TotalShards, nameof(stripe));
        StripeMultiply.Run(table, stripe, order, locality);
    }

    /// <summary>What <see cref="Rebuild(ReadOnlySpan{Memory{byte}}, DataLocality)"/> checks, for those that pass on pieces of the shards or use another device.</summary>
    internal void CheckStripe(ReadOnlySpan<Memory<byte>> shards)
    {
        var slots = new ShardSlots();
        PinnedMultiply.CheckOverlap(table, InOrder(shards, ref slots), nameof(shards));
    }

    internal static RebuildPlan Create(
        ErasureCode code,
        ErasureKernel kernel,
        ReadOnlySpan<int> lost,
        ReadOnlySpan<int> survivors
    )
    {
        int[] read = [.. survivors];
        int[] written = [.. lost];
        var k = code.DataShards;
        var readRows = GaloisMatrix.Generate(k, k, (row, column) => code.Coefficient(read[row], column));
        if (!readRows.TryInvert(out var toData))
        {
            throw new UnrecoverableException(
                $"Shards {string.Join(", ", read)} do not determine the others: the code's matrix is not MDS."
            );
        }

        var wanted = GaloisMatrix.Generate(written.Length, k, (row, column) => code.Coefficient(written[row], column));
        var rows = wanted.Multiply(toData);
        return new RebuildPlan(code, CoefficientTable.Of(rows, kernel), rows, read, written);
    }

    /// <summary>The survivors' memory, then that of the lost, all of one length.</summary>
    private ReadOnlySpan<ReadOnlyMemory<byte>> InOrder(ReadOnlySpan<Memory<byte>> shards, ref ShardSlots slots)
    {
        ErasureCode.CheckNumber(shards.Length, code.TotalShards, nameof(shards));
        Span<ReadOnlyMemory<byte>> ordered = slots;
        ordered = ordered[..order.Length];
        for (var i = 0; i < order.Length; i++)
        {
            ordered[i] = shards[order[i]];
        }

        ShardBounds.CommonLength(ordered, nameof(shards), order);
        return ordered;
    }
}
