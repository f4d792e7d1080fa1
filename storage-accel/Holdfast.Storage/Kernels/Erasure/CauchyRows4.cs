using System.Runtime.CompilerServices;

namespace Holdfast.Storage.Kernels.Erasure;

/// <summary>Three or four rows over four sources: eight products instead of sixteen.</summary>
internal unsafe struct CauchyRows4<TBlock, TCoefficient> : ICauchyRows<TBlock>
    where TBlock : struct, IBlock<TBlock, TCoefficient>
    where TCoefficient : struct, ICoefficient<TCoefficient>
{
    private TBlock sum0,
        sum1,
        sum2,
        sum3;

    public static int Sources => 4;

    public static int TurnConstants => 4;

    public static int ClosingConstants => 1;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Add<TAccess, TTurn>(byte** sources, nint at, byte* constants)
        where TAccess : struct, IMemoryAccess
        where TTurn : struct, ITurn
    {
        var x0 = CauchyStep.Load<TBlock, TCoefficient, TAccess>(sources[0] + at);
        var x1 = CauchyStep.Load<TBlock, TCoefficient, TAccess>(sources[1] + at);
        x1 ^= x0;
        x0 ^= x1 * CauchyStep.Constant<TCoefficient>(constants, 0);
        var x2 = CauchyStep.Load<TBlock, TCoefficient, TAccess>(sources[2] + at);
        var x3 = CauchyStep.Load<TBlock, TCoefficient, TAccess>(sources[3] + at);
        x3 ^= x2;
        x2 = x2.Plus(x0, x3 * CauchyStep.Constant<TCoefficient>(constants, 1));
        var scale = CauchyStep.Constant<TCoefficient>(constants, 2);
        var last = CauchyStep.Constant<TCoefficient>(constants, 3);
        sum0 = CauchyStep.Sum<TBlock, TCoefficient, TTurn>(sum0, x0 * scale, x2 * last);
        sum2 = CauchyStep.Sum<TBlock, TCoefficient, TTurn>(sum2, x2 * scale);
        x3 ^= x1;
        sum1 = CauchyStep.Sum<TBlock, TCoefficient, TTurn>(sum1, x1 * scale, x3 * last);
        sum3 = CauchyStep.Sum<TBlock, TCoefficient, TTurn>(sum3, x3 * scale);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Store<TAccess>(byte** outputs, nint at, int rows, byte* closing)
        where TAccess : struct, IMemoryAccess
    {
        var row3 = sum3 ^ sum1;
        var row2 = sum2.Plus(sum0, row3 * CauchyStep.Constant<TCoefficient>(closing, 0));
        RowSum.Store<TBlock, TCoefficient, TAccess>(sum0, outputs[0] + at);
        RowSum.Store<TBlock, TCoefficient, TAccess>(sum1 ^ sum0, outputs[1] + at);
        RowSum.Store<TBlock, TCoefficient, TAccess>(row2, outputs[2] + at);
        if (rows > 3)
        {
            RowSum.Store<TBlock, TCoefficient, TAccess>(row3 ^ row2, outputs[3] + at);
        }
    }
}
