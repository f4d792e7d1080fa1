using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace Holdfast.Storage.Kernels.Erasure;

/// <summary>32 bytes in one register of AVX2, multiplied by look-ups of their halves.</summary>
internal readonly unsafe struct Shuffle256Block(Vector256<byte> bytes) : IBlock<Shuffle256Block, Shuffle256Coefficient>
{
    private readonly Vector256<byte> bytes = bytes;

    public static int Size => Vector256<byte>.Count;

    private static Vector256<byte> LowHalf => Vector256.Create((byte)0x0F);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Shuffle256Block Load(byte* address) => new(Vector256.Load(address));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Store(byte* address) => bytes.Store(address);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void StoreNonTemporal(byte* address) => bytes.StoreAlignedNonTemporal(address);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Shuffle256Block operator ^(Shuffle256Block left, Shuffle256Block right) =>
        new(left.bytes ^ right.bytes);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Shuffle256Block operator *(Shuffle256Block block, Shuffle256Coefficient factor)
    {
        var low = block.bytes & LowHalf;
        var high = Vector256.ShiftRightLogical(block.bytes.AsUInt16(), 4).AsByte() & LowHalf;
        return new(Avx2.Shuffle(factor.Low, low) ^ Avx2.Shuffle(factor.High, high));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public Shuffle256Block Plus(Shuffle256Block a, Shuffle256Block b) => new(bytes ^ a.bytes ^ b.bytes);
}

/// <summary>The factor's look-up tables, each in both lanes.</summary>
internal readonly unsafe struct Shuffle256Coefficient(Vector256<byte> low, Vector256<byte> high)
    : ICoefficient<Shuffle256Coefficient>
{
    public readonly Vector256<byte> Low = low;
    public readonly Vector256<byte> High = high;

    public static int Size => NibbleTables.Size;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Shuffle256Coefficient Load(byte* address) =>
        new(Avx2.BroadcastVector128ToVector256(address), Avx2.BroadcastVector128ToVector256(address + 16));

    public static void Write(byte factor, Span<byte> destination) => NibbleTables.Write(factor, destination);
}
