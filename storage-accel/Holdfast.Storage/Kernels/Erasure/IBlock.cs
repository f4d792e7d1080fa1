using System.Runtime.CompilerServices;

namespace Holdfast.Storage.Kernels.Erasure;

/// <summary>
/// Neighbouring bytes of one shard, held in registers: elements of GF(2⁸) side by side. All members compile to a few instructions; the blocks are
/// structs, so that the compiler specialises each loop for its block.
/// </summary>
/// <typeparam name="TSelf">The block itself.</typeparam>
/// <typeparam name="TCoefficient">A constant factor in the form in which the block multiplies by it.</typeparam>
internal unsafe interface IBlock<TSelf, TCoefficient>
    where TSelf : struct, IBlock<TSelf, TCoefficient>
    where TCoefficient : struct, ICoefficient<TCoefficient>
{
    /// <summary>In bytes.</summary>
    static abstract int Size { get; }

    static abstract TSelf Load(byte* address);

    void Store(byte* address);

    /// <summary>Past the caches.</summary>
    /// <param name="address">A multiple of 64.</param>
    void StoreNonTemporal(byte* address);

    static abstract TSelf operator ^(TSelf left, TSelf right);

    static abstract TSelf operator *(TSelf block, TCoefficient factor);

    /// <summary>this ⊕ a ⊕ b.</summary>
    TSelf Plus(TSelf a, TSelf b);
}

/// <summary>A constant factor as it lies in a table.</summary>
internal unsafe interface ICoefficient<TSelf>
    where TSelf : struct, ICoefficient<TSelf>
{
    /// <summary>In bytes.</summary>
    static abstract int Size { get; }

    static abstract TSelf Load(byte* address);

    /// <param name="destination"><see cref="Size"/> bytes.</param>
    static abstract void Write(byte factor, Span<byte> destination);
}

/// <summary>Two blocks side by side: enough independent work to hide the latency of the multiplications.</summary>
internal readonly unsafe struct Twice<TBlock, TCoefficient>(TBlock low, TBlock high)
    : IBlock<Twice<TBlock, TCoefficient>, TCoefficient>
    where TBlock : struct, IBlock<TBlock, TCoefficient>
    where TCoefficient : struct, ICoefficient<TCoefficient>
{
    private readonly TBlock low = low;
    private readonly TBlock high = high;

    public static int Size => 2 * TBlock.Size;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Twice<TBlock, TCoefficient> Load(byte* address) =>
        new(TBlock.Load(address), TBlock.Load(address + TBlock.Size));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Store(byte* address)
    {
        low.Store(address);
        high.Store(address + TBlock.Size);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void StoreNonTemporal(byte* address)
    {
        low.StoreNonTemporal(address);
        high.StoreNonTemporal(address + TBlock.Size);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Twice<TBlock, TCoefficient> operator ^(
        Twice<TBlock, TCoefficient> left,
        Twice<TBlock, TCoefficient> right
    ) => new(left.low ^ right.low, left.high ^ right.high);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Twice<TBlock, TCoefficient> operator *(Twice<TBlock, TCoefficient> block, TCoefficient factor) =>
        new(block.low * factor, block.high * factor);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public Twice<TBlock, TCoefficient> Plus(Twice<TBlock, TCoefficient> a, Twice<TBlock, TCoefficient> b) =>
        new(low.Plus(a.low, b.low), high.Plus(a.high, b.high));
}
