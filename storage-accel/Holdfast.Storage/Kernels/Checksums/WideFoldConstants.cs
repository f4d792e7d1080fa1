using System.Runtime.Intrinsics;

namespace Holdfast.Storage.Kernels.Checksums;

/// <summary>The constants of folding, once for each of the four lanes of 16 bytes.</summary>
internal sealed class WideFoldConstants(FoldConstants narrow)
{
    public Vector512<ulong> By512 { get; } = Repeat(narrow.ByBytes(512));

    public Vector512<ulong> By256 { get; } = Repeat(narrow.ByBytes(256));

    public Vector512<ulong> By128 { get; } = Repeat(narrow.ByBytes(128));

    public Vector512<ulong> By64 { get; } = Repeat(narrow.ByBytes(64));

    /// <summary>Moves each lane onto the last; for that one itself it is zero.</summary>
    public Vector512<ulong> ToLastLane { get; } =
        Vector512.Create(
            Vector256.Create(narrow.ByBytes(48), narrow.ByBytes(32)),
            Vector256.Create(narrow.ByBytes(16), Vector128<ulong>.Zero)
        );

    public static Vector512<ulong> Repeat(Vector128<ulong> constant) =>
        Vector512.Create(Vector256.Create(constant, constant), Vector256.Create(constant, constant));
}
