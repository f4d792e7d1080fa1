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
        var low = Vector128.Create((byte)0x00, 0x80, 0x40, 0xC0, 0x20, 0xA0, 0x60, 0xE0, 0x10, 0x90, 0x50, 0xD0, 0x30, 0xB0, 0x70, 0xF0);
        var high = Vector128.Create((byte)0x0, 0x8, 0x4, 0xC, 0x2, 0xA, 0x6, 0xE, 0x1, 0x9, 0x5, 0xD, 0x3, 0xB, 0x7, 0xF);
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
