using System.Runtime.CompilerServices;

namespace Holdfast.Storage.Kernels.Erasure;

/// <summary>Walks along the shards, a block at a time, and at each place over the sources.</summary>
internal static unsafe class RowLoop
{
    /// <summary>
    /// Computes as many whole blocks of the outputs as fit. At each place the sources are read from the last to the first: where shards lie one
    /// behind the other, that keeps the processor's own read-ahead from running into the next shard, and is up to twice as fast.
    /// </summary>
    /// <param name="from">Where to begin.</param>
    /// <returns>Where the whole blocks end.</returns>
    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
    public static nint Run<TRows, TBlock, TCoefficient, TAccess>(in RowWork work, nint from)
        where TRows : struct, IRows<TBlock>
        where TBlock : struct, IBlock<TBlock, TCoefficient>
        where TCoefficient : struct, ICoefficient<TCoefficient>
        where TAccess : struct, IMemoryAccess
    {
        var sources = work.Sources;
        var sourceCount = work.SourceCount;
        var outputs = work.Outputs;
        var accumulate = work.Accumulate;
        var coefficients = work.Coefficients;
        var last = work.Length - TBlock.Size;
        var stride = TRows.Count * TCoefficient.Size;
        var at = from;
        for (; at <= last; at += TBlock.Size)
        {
            var rows = default(TRows);
            if (accumulate)
            {
                rows.Load(outputs, at);
            }

            var table = coefficients;
            var source = sources + sourceCount;
            if ((sourceCount & 1) != 0)
            {
                source--;
                var odd = TBlock.Load(source[0] + at);
                TAccess.Prefetch(source[0] + at, TBlock.Size);
                rows.Add(odd, table);
                table += stride;
            }

            while (source > sources)
            {
                source -= 2;
                var second = TBlock.Load(source[1] + at);
                TAccess.Prefetch(source[1] + at, TBlock.Size);
                var first = TBlock.Load(source[0] + at);
                TAccess.Prefetch(source[0] + at, TBlock.Size);
                rows.Add(second, first, table, table + stride);
                table += 2 * stride;
            }

            rows.Store<TAccess>(outputs, at);
        }

        return at;
    }
}
