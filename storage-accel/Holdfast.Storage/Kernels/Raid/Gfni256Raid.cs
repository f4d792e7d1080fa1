using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace Holdfast.Storage.Kernels.Raid;

/// <summary>AVX2 with GFNI: multiplies by bit matrices.</summary>
internal readonly unsafe struct Gfni256Raid : IRaidVector<Vector256<byte>>
{
    /// <summary><see cref="Multiplier.Affine"/> of 2.</summary>
    private const ulong Two = 0x8001828488102040;

    /// <summary><see cref="Multiplier.Affine"/> of 4.</summary>
    private const ulong Four = 0x408041C2C4881020;

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
        Gfni.V256.GaloisFieldAffineTransform(value, Vector256.Create(Two).AsByte(), 0);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<byte> Advance(Vector256<byte> sum, Vector256<byte> high, Vector256<byte> low) =>
        Xor(
            Gfni.V256.GaloisFieldAffineTransform(sum, Vector256.Create(Four).AsByte(), 0),
            Gfni.V256.GaloisFieldAffineTransform(high, Vector256.Create(Two).AsByte(), 0),
            low
        );

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<byte> Multiply(Vector256<byte> value, in Multiplier by) =>
        Gfni.V256.GaloisFieldAffineTransform(value, Vector256.Create(by.Affine).AsByte(), 0);
}
