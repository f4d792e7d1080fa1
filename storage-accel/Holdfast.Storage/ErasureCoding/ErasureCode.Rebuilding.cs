namespace Holdfast.Storage.ErasureCoding;

public sealed partial class ErasureCode
{
    /// <summary>How to rebuild these shards from the first k others.</summary>
    /// <param name="lost">Indices of the shards to rebuild: each once, at least one, at most m.</param>
    /// <exception cref="ArgumentException">An index is out of range or given twice, or there is none.</exception>
    /// <exception cref="UnrecoverableException">More than m are lost, or the matrix of the caller's is not as good as vouched for.</exception>
    public RebuildPlan PlanRebuild(params ReadOnlySpan<int> lost)
    {
        Span<bool> isLost = stackalloc bool[ShardsMax];
        MarkOnce(lost, isLost, nameof(lost));
        Span<int> survivors = stackalloc int[TotalShards];
        var count = 0;
        for (var shard = 0; shard < TotalShards && count < DataShards; shard++)
        {
            if (!isLost[shard])
            {
                survivors[count++] = shard;
            }
        }

        return PlanRebuild(lost, survivors[..count]);
    }

    /// <summary>How to rebuild these shards from those.</summary>
    /// <param name="lost">Indices of the shards to rebuild: each once, at least one.</param>
    /// <param name="survivors">Indices of other shards, in any order; the first k are read.</param>
    /// <exception cref="ArgumentException">An index is out of range, given twice, or in both lists, or nothing is lost.</exception>
    /// <exception cref="UnrecoverableException">There are fewer than k survivors, or these do not determine the lost.</exception>
    public RebuildPlan PlanRebuild(ReadOnlySpan<int> lost, ReadOnlySpan<int> survivors)
    {
        Span<bool> named = stackalloc bool[ShardsMax];
        MarkOnce(lost, named, nameof(lost));
        if (lost.IsEmpty)
        {
            throw new ArgumentException("No shard is named: there is nothing to rebuild.", nameof(lost));
        }

        MarkOnce(survivors, named, nameof(survivors));
        if (survivors.Length < DataShards)
        {
            throw new UnrecoverableException(
                $"{survivors.Length} shards are left of {TotalShards}; {DataShards} are needed to rebuild any."
            );
        }

        return RebuildPlan.Create(this, kernel, lost, survivors[..DataShards]);
    }

    /// <summary>The row with which a shard makes any other: one of the identity for data, of <see cref="ParityMatrix"/> for parity.</summary>
    internal byte Coefficient(int shard, int dataShard) =>
        shard >= DataShards ? ParityMatrix[shard - DataShards, dataShard] : (byte)(shard == dataShard ? 1 : 0);

    private void MarkOnce(ReadOnlySpan<int> indices, Span<bool> marks, string parameter)
    {
        foreach (var index in indices)
        {
            CheckIndex(index, TotalShards, parameter);
            if (marks[index])
            {
                throw new ArgumentException($"Shard {index} is named twice.", parameter);
            }

            marks[index] = true;
        }
    }
}
