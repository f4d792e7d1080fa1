using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace Holdfast.Storage.Kernels.Raid;

/// <summary>AVX2: as with 128 bits, twice as wide.</summary>
internal readonly unsafe struct Avx2Raid : IRaidVector<Vector256<byte>>
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<byte> Load(byte* from) => Vector256.Load(from);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Store(Vector256<byte> value, byte* to) => value.Store(to);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void StoreStreamed(Vector256<byte> value, byte* to) => value.StoreAlignedNonTemporal(to);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<byte> Xor(Vector256<byte> a, Vector256<byte> b) => a ^ b;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<byte> Xor(Vector256<byte> a, Vector256<byte> b, Vector256<byte> c) => a ^ b ^ c;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<byte> Or(Vector256<byte> a, Vector256<byte> b) => a | b;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static bool IsZero(Vector256<byte> value) => value == Vector256<byte>.Zero;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<byte> Double(Vector256<byte> value) =>
        (value + value)
        ^ (Vector256.LessThan(value.AsSByte(), Vector256<sbyte>.Zero).AsByte() & Vector256.Create((byte)0x1D));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<byte> Advance(Vector256<byte> sum, Vector256<byte> high, Vector256<byte> low) =>
        Double(Double(sum) ^ high) ^ low;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<byte> Multiply(Vector256<byte> value, in Multiplier by)
    {
        var half = Vector256.Create((byte)0x0F);
        return Avx2.Shuffle(Vector256.Create(by.Low, by.Low), value & half)
            ^ Avx2.Shuffle(Vector256.Create(by.High, by.High), (value.AsUInt16() >> 4).AsByte() & half);
    }
}
