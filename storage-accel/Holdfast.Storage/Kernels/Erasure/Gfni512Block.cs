using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace Holdfast.Storage.Kernels.Erasure;

/// <summary>64 bytes in one register of AVX-512.</summary>
internal readonly unsafe struct Gfni512Block(Vector512<byte> bytes) : IBlock<Gfni512Block, Gfni512Coefficient>
{
    /// <summary>The truth table of a ⊕ b ⊕ c for VPTERNLOG.</summary>
    private const byte ExclusiveOr = 0x96;

    private readonly Vector512<byte> bytes = bytes;

    public static int Size => Vector512<byte>.Count;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Gfni512Block Load(byte* address) => new(Vector512.Load(address));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Store(byte* address) => bytes.Store(address);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void StoreNonTemporal(byte* address) => bytes.StoreAlignedNonTemporal(address);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Gfni512Block operator ^(Gfni512Block left, Gfni512Block right) => new(left.bytes ^ right.bytes);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Gfni512Block operator *(Gfni512Block block, Gfni512Coefficient factor) =>
        new(Gfni.V512.GaloisFieldAffineTransform(block.bytes, factor.Matrix, 0));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public Gfni512Block Plus(Gfni512Block a, Gfni512Block b) =>
        new(Avx512F.TernaryLogic(bytes, a.bytes, b.bytes, ExclusiveOr));
}

/// <summary>The factor's bit matrix in each lane.</summary>
internal readonly unsafe struct Gfni512Coefficient(Vector512<byte> matrix) : ICoefficient<Gfni512Coefficient>
{
    public readonly Vector512<byte> Matrix = matrix;

    public static int Size => AffineMatrix.Size;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Gfni512Coefficient Load(byte* address) => new(Vector512.Create(*(ulong*)address).AsByte());

    public static void Write(byte factor, Span<byte> destination) => AffineMatrix.Write(factor, destination);
}
