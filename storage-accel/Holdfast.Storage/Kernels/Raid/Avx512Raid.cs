using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace Holdfast.Storage.Kernels.Raid;

/// <summary>AVX-512 with GFNI: multiplies by bit matrices, adds three at once.</summary>
internal readonly unsafe struct Avx512Raid : IRaidVector<Vector512<byte>>
{
    /// <summary>The truth table of a ^ b ^ c.</summary>
    private const byte ThreeWayXor = 0x96;

    /// <summary><see cref="Multiplier.Affine"/> of 2.</summary>
    private const ulong Two = 0x8001828488102040;

    /// <summary><see cref="Multiplier.Affine"/> of 4.</summary>
    private const ulong Four = 0x408041C2C4881020;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<byte> Load(byte* from) => Vector512.Load(from);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Store(Vector512<byte> value, byte* to) => value.Store(to);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void StoreStreamed(Vector512<byte> value, byte* to) => value.StoreAlignedNonTemporal(to);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<byte> Xor(Vector512<byte> a, Vector512<byte> b) => a ^ b;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<byte> Xor(Vector512<byte> a, Vector512<byte> b, Vector512<byte> c) =>
        Avx512F.TernaryLogic(a, b, c, ThreeWayXor);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<byte> Or(Vector512<byte> a, Vector512<byte> b) => a | b;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static bool IsZero(Vector512<byte> value) => value == Vector512<byte>.Zero;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<byte> Double(Vector512<byte> value) =>
        Gfni.V512.GaloisFieldAffineTransform(value, Vector512.Create(Two).AsByte(), 0);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<byte> Advance(Vector512<byte> sum, Vector512<byte> high, Vector512<byte> low) =>
        Xor(
            Gfni.V512.GaloisFieldAffineTransform(sum, Vector512.Create(Four).AsByte(), 0),
            Gfni.V512.GaloisFieldAffineTransform(high, Vector512.Create(Two).AsByte(), 0),
            low
        );

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<byte> Multiply(Vector512<byte> value, in Multiplier by) =>
        Gfni.V512.GaloisFieldAffineTransform(value, Vector512.Create(by.Affine).AsByte(), 0);
}
