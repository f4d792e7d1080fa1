using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace Holdfast.Storage.Kernels.Erasure;

/// <summary>32 bytes in one register of AVX2, multiplied by GFNI.</summary>
internal readonly unsafe struct Gfni256Block(Vector256<byte> bytes) : IBlock<Gfni256Block, Gfni256Coefficient>
{
    private readonly Vector256<byte> bytes = bytes;

    public static int Size => Vector256<byte>.Count;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Gfni256Block Load(byte* address) => new(Vector256.Load(address));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Store(byte* address) => bytes.Store(address);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void StoreNonTemporal(byte* address) => bytes.StoreAlignedNonTemporal(address);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Gfni256Block operator ^(Gfni256Block left, Gfni256Block right) => new(left.bytes ^ right.bytes);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Gfni256Block operator *(Gfni256Block block, Gfni256Coefficient factor) =>
        new(Gfni.V256.GaloisFieldAffineTransform(block.bytes, factor.Matrix, 0));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public Gfni256Block Plus(Gfni256Block a, Gfni256Block b) => new(bytes ^ a.bytes ^ b.bytes);
}

/// <summary>The factor's bit matrix in each lane.</summary>
internal readonly unsafe struct Gfni256Coefficient(Vector256<byte> matrix) : ICoefficient<Gfni256Coefficient>
{
    public readonly Vector256<byte> Matrix = matrix;

    public static int Size => AffineMatrix.Size;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Gfni256Coefficient Load(byte* address) => new(Vector256.Create(*(ulong*)address).AsByte());

    public static void Write(byte factor, Span<byte> destination) => AffineMatrix.Write(factor, destination);
}
