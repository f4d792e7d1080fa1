using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace Holdfast.Storage.Kernels.Erasure;

/// <summary>16 bytes in one register of SSSE3 or NEON, multiplied by look-ups of their halves.</summary>
internal readonly unsafe struct Shuffle128Block(Vector128<byte> bytes) : IBlock<Shuffle128Block, Shuffle128Coefficient>
{
    private readonly Vector128<byte> bytes = bytes;

    public static int Size => Vector128<byte>.Count;

    private static Vector128<byte> LowHalf => Vector128.Create((byte)0x0F);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Shuffle128Block Load(byte* address) => new(Vector128.Load(address));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Store(byte* address) => bytes.Store(address);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void StoreNonTemporal(byte* address) => bytes.StoreAlignedNonTemporal(address);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Shuffle128Block operator ^(Shuffle128Block left, Shuffle128Block right) =>
        new(left.bytes ^ right.bytes);

    // Both halves are below 16, where every processor's shuffle does the same.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Shuffle128Block operator *(Shuffle128Block block, Shuffle128Coefficient factor)
    {
        var low = block.bytes & LowHalf;
        var high = Vector128.ShiftRightLogical(block.bytes.AsUInt16(), 4).AsByte() & LowHalf;
        return new(Vector128.ShuffleNative(factor.Low, low) ^ Vector128.ShuffleNative(factor.High, high));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public Shuffle128Block Plus(Shuffle128Block a, Shuffle128Block b) => new(bytes ^ a.bytes ^ b.bytes);
}

/// <summary>The factor's look-up tables.</summary>
internal readonly unsafe struct Shuffle128Coefficient(Vector128<byte> low, Vector128<byte> high)
    : ICoefficient<Shuffle128Coefficient>
{
    public readonly Vector128<byte> Low = low;
    public readonly Vector128<byte> High = high;

    public static int Size => NibbleTables.Size;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Shuffle128Coefficient Load(byte* address) =>
        new(Vector128.Load(address), Vector128.Load(address + 16));

    public static void Write(byte factor, Span<byte> destination) => NibbleTables.Write(factor, destination);
}
