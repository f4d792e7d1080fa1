using System.Runtime.CompilerServices;

namespace Holdfast.Storage.Kernels.Erasure;

// The compiler keeps the sums in registers only where they are fields of one struct; sets made of smaller sets measured three times slower.

internal unsafe struct Rows1<TBlock, TCoefficient, TFirst> : IRows<TBlock>
    where TBlock : struct, IBlock<TBlock, TCoefficient>
    where TCoefficient : struct, ICoefficient<TCoefficient>
    where TFirst : struct, IFirstRow
{
    private TBlock sum0;

    public static int Count => 1;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Load(byte** outputs, nint at)
    {
        sum0 = TBlock.Load(outputs[0] + at);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Add(TBlock a, byte* ca)
    {
        sum0 = RowSum.AddFirst<TBlock, TCoefficient, TFirst>(sum0, a, ca);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Add(TBlock a, TBlock b, byte* ca, byte* cb)
    {
        sum0 = RowSum.AddFirst<TBlock, TCoefficient, TFirst>(sum0, a, b, ca, cb);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public readonly void Store<TAccess>(byte** outputs, nint at)
        where TAccess : struct, IMemoryAccess
    {
        RowSum.Store<TBlock, TCoefficient, TAccess>(sum0, outputs[0] + at);
    }
}

internal unsafe struct Rows2<TBlock, TCoefficient, TFirst> : IRows<TBlock>
    where TBlock : struct, IBlock<TBlock, TCoefficient>
    where TCoefficient : struct, ICoefficient<TCoefficient>
    where TFirst : struct, IFirstRow
{
    private TBlock sum0,
        sum1;

    public static int Count => 2;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Load(byte** outputs, nint at)
    {
        sum0 = TBlock.Load(outputs[0] + at);
        sum1 = TBlock.Load(outputs[1] + at);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Add(TBlock a, byte* ca)
    {
        sum0 = RowSum.AddFirst<TBlock, TCoefficient, TFirst>(sum0, a, ca);
        sum1 = RowSum.Add<TBlock, TCoefficient>(sum1, a, ca, 1);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Add(TBlock a, TBlock b, byte* ca, byte* cb)
    {
        sum0 = RowSum.AddFirst<TBlock, TCoefficient, TFirst>(sum0, a, b, ca, cb);
        sum1 = RowSum.Add<TBlock, TCoefficient>(sum1, a, b, ca, cb, 1);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public readonly void Store<TAccess>(byte** outputs, nint at)
        where TAccess : struct, IMemoryAccess
    {
        RowSum.Store<TBlock, TCoefficient, TAccess>(sum0, outputs[0] + at);
        RowSum.Store<TBlock, TCoefficient, TAccess>(sum1, outputs[1] + at);
    }
}

internal unsafe struct Rows3<TBlock, TCoefficient, TFirst> : IRows<TBlock>
    where TBlock : struct, IBlock<TBlock, TCoefficient>
    where TCoefficient : struct, ICoefficient<TCoefficient>
    where TFirst : struct, IFirstRow
{
    private TBlock sum0,
        sum1,
        sum2;

    public static int Count => 3;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Load(byte** outputs, nint at)
    {
        sum0 = TBlock.Load(outputs[0] + at);
        sum1 = TBlock.Load(outputs[1] + at);
        sum2 = TBlock.Load(outputs[2] + at);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Add(TBlock a, byte* ca)
    {
        sum0 = RowSum.AddFirst<TBlock, TCoefficient, TFirst>(sum0, a, ca);
        sum1 = RowSum.Add<TBlock, TCoefficient>(sum1, a, ca, 1);
        sum2 = RowSum.Add<TBlock, TCoefficient>(sum2, a, ca, 2);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Add(TBlock a, TBlock b, byte* ca, byte* cb)
    {
        sum0 = RowSum.AddFirst<TBlock, TCoefficient, TFirst>(sum0, a, b, ca, cb);
        sum1 = RowSum.Add<TBlock, TCoefficient>(sum1, a, b, ca, cb, 1);
        sum2 = RowSum.Add<TBlock, TCoefficient>(sum2, a, b, ca, cb, 2);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public readonly void Store<TAccess>(byte** outputs, nint at)
        where TAccess : struct, IMemoryAccess
    {
        RowSum.Store<TBlock, TCoefficient, TAccess>(sum0, outputs[0] + at);
        RowSum.Store<TBlock, TCoefficient, TAccess>(sum1, outputs[1] + at);
        RowSum.Store<TBlock, TCoefficient, TAccess>(sum2, outputs[2] + at);
    }
}

internal unsafe struct Rows4<TBlock, TCoefficient, TFirst> : IRows<TBlock>
    where TBlock : struct, IBlock<TBlock, TCoefficient>
    where TCoefficient : struct, ICoefficient<TCoefficient>
    where TFirst : struct, IFirstRow
{
    private TBlock sum0,
        sum1,
        sum2,
        sum3;

    public static int Count => 4;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Load(byte** outputs, nint at)
    {
        sum0 = TBlock.Load(outputs[0] + at);
        sum1 = TBlock.Load(outputs[1] + at);
        sum2 = TBlock.Load(outputs[2] + at);
        sum3 = TBlock.Load(outputs[3] + at);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Add(TBlock a, byte* ca)
    {
        sum0 = RowSum.AddFirst<TBlock, TCoefficient, TFirst>(sum0, a, ca);
        sum1 = RowSum.Add<TBlock, TCoefficient>(sum1, a, ca, 1);
        sum2 = RowSum.Add<TBlock, TCoefficient>(sum2, a, ca, 2);
        sum3 = RowSum.Add<TBlock, TCoefficient>(sum3, a, ca, 3);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Add(TBlock a, TBlock b, byte* ca, byte* cb)
    {
        sum0 = RowSum.AddFirst<TBlock, TCoefficient, TFirst>(sum0, a, b, ca, cb);
        sum1 = RowSum.Add<TBlock, TCoefficient>(sum1, a, b, ca, cb, 1);
        sum2 = RowSum.Add<TBlock, TCoefficient>(sum2, a, b, ca, cb, 2);
        sum3 = RowSum.Add<TBlock, TCoefficient>(sum3, a, b, ca, cb, 3);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public readonly void Store<TAccess>(byte** outputs, nint at)
        where TAccess : struct, IMemoryAccess
    {
        RowSum.Store<TBlock, TCoefficient, TAccess>(sum0, outputs[0] + at);
        RowSum.Store<TBlock, TCoefficient, TAccess>(sum1, outputs[1] + at);
        RowSum.Store<TBlock, TCoefficient, TAccess>(sum2, outputs[2] + at);
        RowSum.Store<TBlock, TCoefficient, TAccess>(sum3, outputs[3] + at);
    }
}
