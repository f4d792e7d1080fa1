using System.Runtime.Intrinsics;

namespace Holdfast.Storage.Kernels.Checksums;

/// <summary>The constants of folding, once for each of the four lanes of 16 bytes.</summary>
internal sealed class WideFoldConstants(PolynomialRing ring)
{
    public Vector512<ulong> By512 { get; } = Repeat(FoldConstants.ByBytes(ring, 512));

    public Vector512<ulong> By256 { get; } = Repeat(FoldConstants.ByBytes(ring, 256));

    public Vector512<ulong> By128 { get; } = Repeat(FoldConstants.ByBytes(ring, 128));

    public Vector512<ulong> By64 { get; } = Repeat(FoldConstants.ByBytes(ring, 64));

    /// <summary>Moves each lane onto the last; for that one itself it is zero.</summary>
    public Vector512<ulong> ToLastLane { get; } =
        Vector512.Create(
            Vector256.Create(FoldConstants.ByBytes(ring, 48), FoldConstants.ByBytes(ring, 32)),
            Vector256.Create(FoldConstants.ByBytes(ring, 16), Vector128<ulong>.Zero)
        );

    public static Vector512<ulong> Repeat(Vector128<ulong> constant) =>
        Vector512.Create(Vector256.Create(constant, constant), Vector256.Create(constant, constant));
}
