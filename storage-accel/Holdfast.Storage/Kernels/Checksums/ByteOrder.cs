using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace Holdfast.Storage.Kernels.Checksums;

/// <summary>
/// How the bytes of a message come into the reflected order that folding works in. A CRC that is not reflected is the reflected one of the
/// message with the bits of each byte reversed.
/// </summary>
internal interface IByteOrder
{
    static abstract Vector128<ulong> Reflect(Vector128<ulong> bytes);
}

internal interface IWideByteOrder : IByteOrder
{
    static abstract Vector512<ulong> Reflect(Vector512<ulong> bytes);
}

internal readonly struct ReflectedOrder : IWideByteOrder
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<ulong> Reflect(Vector128<ulong> bytes) => bytes;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<ulong> Reflect(Vector512<ulong> bytes) => bytes;
}

/// <summary>A shuffle reverses each half of a byte.</summary>
internal readonly struct NormalOrder : IByteOrder
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<ulong> Reflect(Vector128<ulong> bytes)
    {
        // Bytes 0 to 15 of a table: its index reversed, as the upper and as the lower half.
        var low = Vector128.Create(0xE060_A020_C040_8000, 0xF070_B030_D050_9010).AsByte();
        var high = Vector128.Create(0x0E06_0A02_0C04_0800UL, 0x0F07_0B03_0D05_0901).AsByte();
        var half = Vector128.Create((byte)0x0F);
        var lower = bytes.AsByte() & half;
        var upper = (bytes >> 4).AsByte() & half;
        return (Vector128.ShuffleNative(low, lower) | Vector128.ShuffleNative(high, upper)).AsUInt64();
    }
}

/// <summary>An affine transform does it in one instruction, and on a port that the multiplications leave free.</summary>
internal readonly struct AffineNormalOrder : IWideByteOrder
{
    /// <summary>Row i of the matrix, in byte 7 - i, is what bit i of the result is the sum of: bit 7 - i.</summary>
    private const ulong Reversal = 0x8040_2010_0804_0201;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<ulong> Reflect(Vector128<ulong> bytes) =>
        Gfni.GaloisFieldAffineTransform(bytes.AsByte(), Vector128.Create(Reversal).AsByte(), 0).AsUInt64();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<ulong> Reflect(Vector512<ulong> bytes) =>
        Gfni.V512.GaloisFieldAffineTransform(bytes.AsByte(), Vector512.Create(Reversal).AsByte(), 0).AsUInt64();
}
