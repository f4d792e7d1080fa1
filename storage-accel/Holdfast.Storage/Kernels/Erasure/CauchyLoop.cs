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
        var first = work.Coefficients + (TRows.ClosingConstants * TCoefficient.Size);
        var at = from;
        for (; at <= work.Length - TBlock.Size; at += TBlock.Size)
        {
            var rows = default(TRows);
            var turn = first;
            for (var group = sources + work.SourceCount - TRows.Sources; group >= sources; group -= TRows.Sources)
            {
                rows.Add<TAccess>(group, at, turn);
                turn += TRows.TurnConstants * TCoefficient.Size;
            }

            rows.Store<TAccess>(outputs, at, work.Group.Rows, work.Coefficients);
        }

        return at;
    }
}
