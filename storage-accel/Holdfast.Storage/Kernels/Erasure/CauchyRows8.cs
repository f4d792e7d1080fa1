using System.Runtime.CompilerServices;

namespace Holdfast.Storage.Kernels.Erasure;

/// <summary>Five to eight rows over eight sources: twenty products instead of sixty-four.</summary>
internal unsafe struct CauchyRows8<TBlock, TCoefficient> : ICauchyRows<TBlock>
    where TBlock : struct, IBlock<TBlock, TCoefficient>
    where TCoefficient : struct, ICoefficient<TCoefficient>
{
    private TBlock sum0,
        sum1,
        sum2,
        sum3,
        sum4,
        sum5,
        sum6,
        sum7;

    public static int Sources => 8;

    public static int TurnConstants => 8;

    public static int ClosingConstants => 4;

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
        var constant = CauchyStep.Constant<TCoefficient>(constants, 4);
        x0 ^= x2 * constant;
        x3 ^= x1;
        x1 ^= x3 * constant;
        var x4 = CauchyStep.Load<TBlock, TCoefficient, TAccess>(sources[4] + at);
        var x5 = CauchyStep.Load<TBlock, TCoefficient, TAccess>(sources[5] + at);
        x5 ^= x4;
        x4 ^= x5 * CauchyStep.Constant<TCoefficient>(constants, 2);
        var x6 = CauchyStep.Load<TBlock, TCoefficient, TAccess>(sources[6] + at);
        var x7 = CauchyStep.Load<TBlock, TCoefficient, TAccess>(sources[7] + at);
        x7 ^= x6;
        x6 = x6.Plus(x4, x7 * CauchyStep.Constant<TCoefficient>(constants, 3));
        constant = CauchyStep.Constant<TCoefficient>(constants, 5);
        x4 = x4.Plus(x0, x6 * constant);
        x7 ^= x5;
        x5 = x5.Plus(x1, x7 * constant);
        var scale = CauchyStep.Constant<TCoefficient>(constants, 6);
        var last = CauchyStep.Constant<TCoefficient>(constants, 7);
        sum0 = CauchyStep.Sum<TBlock, TCoefficient, TTurn>(sum0, x0 * scale, x4 * last);
        sum4 = CauchyStep.Sum<TBlock, TCoefficient, TTurn>(sum4, x4 * scale);
        sum1 = CauchyStep.Sum<TBlock, TCoefficient, TTurn>(sum1, x1 * scale, x5 * last);
        sum5 = CauchyStep.Sum<TBlock, TCoefficient, TTurn>(sum5, x5 * scale);
        x6 ^= x2;
        sum2 = CauchyStep.Sum<TBlock, TCoefficient, TTurn>(sum2, x2 * scale, x6 * last);
        sum6 = CauchyStep.Sum<TBlock, TCoefficient, TTurn>(sum6, x6 * scale);
        x7 ^= x3;
        sum3 = CauchyStep.Sum<TBlock, TCoefficient, TTurn>(sum3, x3 * scale, x7 * last);
        sum7 = CauchyStep.Sum<TBlock, TCoefficient, TTurn>(sum7, x7 * scale);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Store<TAccess>(byte** outputs, nint at, int rows, byte* closing)
        where TAccess : struct, IMemoryAccess
    {
        var row6 = sum6 ^ sum2;
        var row7 = sum7 ^ sum3;
        var constant = CauchyStep.Constant<TCoefficient>(closing, 0);
        var row4 = sum4.Plus(sum0, row6 * constant);
        row6 ^= row4;
        var row5 = sum5.Plus(sum1, row7 * constant);
        row7 ^= row5;
        var row3 = sum3 ^ sum1;
        var row2 = sum2.Plus(sum0, row3 * CauchyStep.Constant<TCoefficient>(closing, 1));
        row4 ^= row5 * CauchyStep.Constant<TCoefficient>(closing, 2);
        row6 ^= row7 * CauchyStep.Constant<TCoefficient>(closing, 3);
        RowSum.Store<TBlock, TCoefficient, TAccess>(sum0, outputs[0] + at);
        RowSum.Store<TBlock, TCoefficient, TAccess>(sum1 ^ sum0, outputs[1] + at);
        RowSum.Store<TBlock, TCoefficient, TAccess>(row2, outputs[2] + at);
        RowSum.Store<TBlock, TCoefficient, TAccess>(row3 ^ row2, outputs[3] + at);
        RowSum.Store<TBlock, TCoefficient, TAccess>(row4, outputs[4] + at);
        if (rows > 5)
        {
            RowSum.Store<TBlock, TCoefficient, TAccess>(row5 ^ row4, outputs[5] + at);
        }

        if (rows > 6)
        {
            RowSum.Store<TBlock, TCoefficient, TAccess>(row6, outputs[6] + at);
        }

        if (rows > 7)
        {
            RowSum.Store<TBlock, TCoefficient, TAccess>(row7 ^ row6, outputs[7] + at);
        }
    }
}
