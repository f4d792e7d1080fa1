using System.Runtime.CompilerServices;

namespace Holdfast.Storage.Kernels.Erasure;

/// <summary>The steps of a transformed sum.</summary>
internal static unsafe class CauchyStep
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TBlock Load<TBlock, TCoefficient, TAccess>(byte* address)
        where TBlock : struct, IBlock<TBlock, TCoefficient>
        where TCoefficient : struct, ICoefficient<TCoefficient>
        where TAccess : struct, IMemoryAccess
    {
        TAccess.Prefetch(address, TBlock.Size);
        return TBlock.Load(address);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TCoefficient Constant<TCoefficient>(byte* constants, int index)
        where TCoefficient : struct, ICoefficient<TCoefficient> =>
        TCoefficient.Load(constants + (index * TCoefficient.Size));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TBlock Sum<TBlock, TCoefficient, TTurn>(TBlock sum, TBlock a)
        where TBlock : struct, IBlock<TBlock, TCoefficient>
        where TCoefficient : struct, ICoefficient<TCoefficient>
        where TTurn : struct, ITurn => TTurn.IsFirst ? a : sum ^ a;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TBlock Sum<TBlock, TCoefficient, TTurn>(TBlock sum, TBlock a, TBlock b)
        where TBlock : struct, IBlock<TBlock, TCoefficient>
        where TCoefficient : struct, ICoefficient<TCoefficient>
        where TTurn : struct, ITurn => TTurn.IsFirst ? a ^ b : sum.Plus(a, b);
}
