using System.Runtime.CompilerServices;

namespace Holdfast.Storage.Kernels.Erasure;

/// <summary>As <see cref="RowLoop"/>, for rows of a Cauchy matrix over groups of sources.</summary>
internal static unsafe class CauchyLoop
{
    /// <param name="from">Where to begin.</param>
    /// <returns>Where the whole blocks end.</returns>
    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
    public static nint Run<TRows, TBlock, TCoefficient, TAccess>(in RowWork work, nint from)
        where TRows : struct, ICauchyRows<TBlock>
        where TBlock : struct, IBlock<TBlock, TCoefficient>
        where TCoefficient : struct, ICoefficient<TCoefficient>
        where TAccess : struct, IMemoryAccess
    {
        var sources = work.Sources;
        var outputs = work.Outputs;
        var closing = work.Coefficients;
        var wanted = work.Group.Rows;
        var last = work.Length - TBlock.Size;
        var first = closing + (TRows.ClosingConstants * TCoefficient.Size);
        var at = from;
        for (; at <= last; at += TBlock.Size)
        {
            var rows = default(TRows);
            var turn = first;
            var group = sources + work.SourceCount - TRows.Sources;
            rows.Add<TAccess, FirstTurn>(group, at, turn);
            while (group > sources)
            {
                group -= TRows.Sources;
                turn += TRows.TurnConstants * TCoefficient.Size;
                rows.Add<TAccess, LaterTurn>(group, at, turn);
            }

            rows.Store<TAccess>(outputs, at, wanted, closing);
        }

        return at;
    }
}
