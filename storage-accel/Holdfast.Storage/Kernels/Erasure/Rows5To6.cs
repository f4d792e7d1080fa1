using System.Runtime.CompilerServices;

namespace Holdfast.Storage.Kernels.Erasure;

// The compiler keeps the sums in registers only where they are fields of one struct; sets made of smaller sets measured three times slower.

internal unsafe struct Rows5<TBlock, TCoefficient, TFirst> : IRows<TBlock>
    where TBlock : struct, IBlock<TBlock, TCoefficient>
    where TCoefficient : struct, ICoefficient<TCoefficient>
    where TFirst : struct, IFirstRow
{
    private TBlock sum0,
        sum1,
        sum2,
        sum3,
        sum4;

    public static int Count => 5;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Load(byte** outputs, nint at)
    {
        sum0 = TBlock.Load(outputs[0] + at);
        sum1 = TBlock.Load(outputs[1] + at);
        sum2 = TBlock.Load(outputs[2] + at);
        sum3 = TBlock.Load(outputs[3] + at);
        sum4 = TBlock.Load(outputs[4] + at);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Add(TBlock a, byte* ca)
    {
        sum0 = RowSum.AddFirst<TBlock, TCoefficient, TFirst>(sum0, a, ca);
        sum1 = RowSum.Add<TBlock, TCoefficient>(sum1, a, ca, 1);
        sum2 = RowSum.Add<TBlock, TCoefficient>(sum2, a, ca, 2);
        sum3 = RowSum.Add<TBlock, TCoefficient>(sum3, a, ca, 3);
        sum4 = RowSum.Add<TBlock, TCoefficient>(sum4, a, ca, 4);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Add(TBlock a, TBlock b, byte* ca, byte* cb)
    {
        sum0 = RowSum.AddFirst<TBlock, TCoefficient, TFirst>(sum0, a, b, ca, cb);
        sum1 = RowSum.Add<TBlock, TCoefficient>(sum1, a, b, ca, cb, 1);
        sum2 = RowSum.Add<TBlock, TCoefficient>(sum2, a, b, ca, cb, 2);
        sum3 = RowSum.Add<TBlock, TCoefficient>(sum3, a, b, ca, cb, 3);
        sum4 = RowSum.Add<TBlock, TCoefficient>(sum4, a, b, ca, cb, 4);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public readonly void Store<TAccess>(byte** outputs, nint at)
        where TAccess : struct, IMemoryAccess
    {
        RowSum.Store<TBlock, TCoefficient, TAccess>(sum0, outputs[0] + at);
        RowSum.Store<TBlock, TCoefficient, TAccess>(sum1, outputs[1] + at);
        RowSum.Store<TBlock, TCoefficient, TAccess>(sum2, outputs[2] + at);
        RowSum.Store<TBlock, TCoefficient, TAccess>(sum3, outputs[3] + at);
        RowSum.Store<TBlock, TCoefficient, TAccess>(sum4, outputs[4] + at);
    }
}

internal unsafe struct Rows6<TBlock, TCoefficient, TFirst> : IRows<TBlock>
    where TBlock : struct, IBlock<TBlock, TCoefficient>
    where TCoefficient : struct, ICoefficient<TCoefficient>
    where TFirst : struct, IFirstRow
{
    private TBlock sum0,
        sum1,
        sum2,
        sum3,
        sum4,
        sum5;

    public static int Count => 6;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Load(byte** outputs, nint at)
    {
        sum0 = TBlock.Load(outputs[0] + at);
        sum1 = TBlock.Load(outputs[1] + at);
        sum2 = TBlock.Load(outputs[2] + at);
        sum3 = TBlock.Load(outputs[3] + at);
        sum4 = TBlock.Load(outputs[4] + at);
        sum5 = TBlock.Load(outputs[5] + at);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Add(TBlock a, byte* ca)
    {
        sum0 = RowSum.AddFirst<TBlock, TCoefficient, TFirst>(sum0, a, ca);
        sum1 = RowSum.Add<TBlock, TCoefficient>(sum1, a, ca, 1);
        sum2 = RowSum.Add<TBlock, TCoefficient>(sum2, a, ca, 2);
        sum3 = RowSum.Add<TBlock, TCoefficient>(sum3, a, ca, 3);
        sum4 = RowSum.Add<TBlock, TCoefficient>(sum4, a, ca, 4);
        sum5 = RowSum.Add<TBlock, TCoefficient>(sum5, a, ca, 5);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Add(TBlock a, TBlock b, byte* ca, byte* cb)
    {
        sum0 = RowSum.AddFirst<TBlock, TCoefficient, TFirst>(sum0, a, b, ca, cb);
        sum1 = RowSum.Add<TBlock, TCoefficient>(sum1, a, b, ca, cb, 1);
        sum2 = RowSum.Add<TBlock, TCoefficient>(sum2, a, b, ca, cb, 2);
        sum3 = RowSum.Add<TBlock, TCoefficient>(sum3, a, b, ca, cb, 3);
        sum4 = RowSum.Add<TBlock, TCoefficient>(sum4, a, b, ca, cb, 4);
        sum5 = RowSum.Add<TBlock, TCoefficient>(sum5, a, b, ca, cb, 5);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public readonly void Store<TAccess>(byte** outputs, nint at)
        where TAccess : struct, IMemoryAccess
    {
        RowSum.Store<TBlock, TCoefficient, TAccess>(sum0, outputs[0] + at);
        RowSum.Store<TBlock, TCoefficient, TAccess>(sum1, outputs[1] + at);
        RowSum.Store<TBlock, TCoefficient, TAccess>(sum2, outputs[2] + at);
        RowSum.Store<TBlock, TCoefficient, TAccess>(sum3, outputs[3] + at);
        RowSum.Store<TBlock, TCoefficient, TAccess>(sum4, outputs[4] + at);
        RowSum.Store<TBlock, TCoefficient, TAccess>(sum5, outputs[5] + at);
    }
}
