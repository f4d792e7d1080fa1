using System.Runtime.CompilerServices;

namespace Holdfast.Storage.Kernels.Erasure;

/// <summary>The steps of one row's sum.</summary>
internal static unsafe class RowSum
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TBlock Add<TBlock, TCoefficient>(TBlock sum, TBlock a, byte* ca, int row)
        where TBlock : struct, IBlock<TBlock, TCoefficient>
        where TCoefficient : struct, ICoefficient<TCoefficient> =>
        sum ^ (a * TCoefficient.Load(ca + (row * TCoefficient.Size)));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TBlock Add<TBlock, TCoefficient>(TBlock sum, TBlock a, TBlock b, byte* ca, byte* cb, int row)
        where TBlock : struct, IBlock<TBlock, TCoefficient>
        where TCoefficient : struct, ICoefficient<TCoefficient> =>
        sum.Plus(
            a * TCoefficient.Load(ca + (row * TCoefficient.Size)),
            b * TCoefficient.Load(cb + (row * TCoefficient.Size))
        );

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TBlock AddFirst<TBlock, TCoefficient, TFirst>(TBlock sum, TBlock a, byte* ca)
        where TBlock : struct, IBlock<TBlock, TCoefficient>
        where TCoefficient : struct, ICoefficient<TCoefficient>
        where TFirst : struct, IFirstRow => TFirst.IsOnes ? sum ^ a : sum ^ (a * TCoefficient.Load(ca));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TBlock AddFirst<TBlock, TCoefficient, TFirst>(TBlock sum, TBlock a, TBlock b, byte* ca, byte* cb)
        where TBlock : struct, IBlock<TBlock, TCoefficient>
        where TCoefficient : struct, ICoefficient<TCoefficient>
        where TFirst : struct, IFirstRow =>
        TFirst.IsOnes ? sum.Plus(a, b) : sum.Plus(a * TCoefficient.Load(ca), b * TCoefficient.Load(cb));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Store<TBlock, TCoefficient, TAccess>(TBlock sum, byte* address)
        where TBlock : struct, IBlock<TBlock, TCoefficient>
        where TCoefficient : struct, ICoefficient<TCoefficient>
        where TAccess : struct, IMemoryAccess
    {
        if (TAccess.NonTemporal)
        {
            sum.StoreNonTemporal(address);
        }
        else
        {
            sum.Store(address);
        }
    }
}
