using System.Runtime.CompilerServices;

namespace Holdfast.Storage.Kernels.Erasure;

/// <summary>Two rows over two sources: three products instead of four.</summary>
internal unsafe struct CauchyRows2<TBlock, TCoefficient> : ICauchyRows<TBlock>
    where TBlock : struct, IBlock<TBlock, TCoefficient>
    where TCoefficient : struct, ICoefficient<TCoefficient>
{
    private TBlock sum0,
        sum1;

    public static int Sources => 2;

    public static int TurnConstants => 2;

    public static int ClosingConstants => 0;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Add<TAccess, TTurn>(byte** sources, nint at, byte* constants)
        where TAccess : struct, IMemoryAccess
        where TTurn : struct, ITurn
    {
        var x0 = CauchyStep.Load<TBlock, TCoefficient, TAccess>(sources[0] + at);
        var x1 = CauchyStep.Load<TBlock, TCoefficient, TAccess>(sources[1] + at);
        x1 ^= x0;
        var scale = CauchyStep.Constant<TCoefficient>(constants, 0);
        sum0 = CauchyStep.Sum<TBlock, TCoefficient, TTurn>(
            sum0,
            x0 * scale,
            x1 * CauchyStep.Constant<TCoefficient>(constants, 1)
        );
        sum1 = CauchyStep.Sum<TBlock, TCoefficient, TTurn>(sum1, x1 * scale);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Store<TAccess>(byte** outputs, nint at, int rows, byte* closing)
        where TAccess : struct, IMemoryAccess
    {
        RowSum.Store<TBlock, TCoefficient, TAccess>(sum0, outputs[0] + at);
        RowSum.Store<TBlock, TCoefficient, TAccess>(sum1 ^ sum0, outputs[1] + at);
    }
}

/// <summary>Two times two rows over two sources, for sources that don't come in fours: six products instead of eight.</summary>
internal unsafe struct CauchyRows2And2<TBlock, TCoefficient> : ICauchyRows<TBlock>
    where TBlock : struct, IBlock<TBlock, TCoefficient>
    where TCoefficient : struct, ICoefficient<TCoefficient>
{
    private TBlock sum0,
        sum1,
        sum2,
        sum3;

    public static int Sources => 2;

    public static int TurnConstants => 4;

    public static int ClosingConstants => 0;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Add<TAccess, TTurn>(byte** sources, nint at, byte* constants)
        where TAccess : struct, IMemoryAccess
        where TTurn : struct, ITurn
    {
        var x0 = CauchyStep.Load<TBlock, TCoefficient, TAccess>(sources[0] + at);
        var x1 = CauchyStep.Load<TBlock, TCoefficient, TAccess>(sources[1] + at);
        x1 ^= x0;
        var scale = CauchyStep.Constant<TCoefficient>(constants, 0);
        sum0 = CauchyStep.Sum<TBlock, TCoefficient, TTurn>(
            sum0,
            x0 * scale,
            x1 * CauchyStep.Constant<TCoefficient>(constants, 1)
        );
        sum1 = CauchyStep.Sum<TBlock, TCoefficient, TTurn>(sum1, x1 * scale);
        scale = CauchyStep.Constant<TCoefficient>(constants, 2);
        sum2 = CauchyStep.Sum<TBlock, TCoefficient, TTurn>(
            sum2,
            x0 * scale,
            x1 * CauchyStep.Constant<TCoefficient>(constants, 3)
        );
        sum3 = CauchyStep.Sum<TBlock, TCoefficient, TTurn>(sum3, x1 * scale);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Store<TAccess>(byte** outputs, nint at, int rows, byte* closing)
        where TAccess : struct, IMemoryAccess
    {
        RowSum.Store<TBlock, TCoefficient, TAccess>(sum0, outputs[0] + at);
        RowSum.Store<TBlock, TCoefficient, TAccess>(sum1 ^ sum0, outputs[1] + at);
        RowSum.Store<TBlock, TCoefficient, TAccess>(sum2, outputs[2] + at);
        RowSum.Store<TBlock, TCoefficient, TAccess>(sum3 ^ sum2, outputs[3] + at);
    }
}
