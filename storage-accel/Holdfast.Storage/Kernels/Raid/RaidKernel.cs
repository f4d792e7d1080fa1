using System.Runtime.Intrinsics;

namespace Holdfast.Storage.Kernels.Raid;

/// <summary>
/// The kernel of each tier. Steps are as wide as the tier's registers carry: P and Q of two sources a turn take 16 of them with four side by side,
/// and so does XOR with eight.
/// </summary>
internal static class RaidKernel
{
    private static readonly ScalarRaidKernel Scalar = new();

    private static readonly IRaidKernel Narrow = new VectorRaidKernel<
        Pair<Pair<One<Vector128Raid, Vector128<byte>>>>,
        Pair<Pair<One<Vector128Raid, Vector128<byte>>>>,
        Pair<One<Vector128Raid, Vector128<byte>>>,
        One<Vector128Raid, Vector128<byte>>
    >(Scalar);

    private static readonly IRaidKernel Shuffled = new VectorRaidKernel<
        Pair<Pair<One<Avx2Raid, Vector256<byte>>>>,
        Pair<Pair<One<Avx2Raid, Vector256<byte>>>>,
        Pair<One<Avx2Raid, Vector256<byte>>>,
        One<Avx2Raid, Vector256<byte>>
    >(Narrow);

    private static readonly IRaidKernel Affine = new VectorRaidKernel<
        Pair<Pair<One<Gfni256Raid, Vector256<byte>>>>,
        Pair<Pair<One<Gfni256Raid, Vector256<byte>>>>,
        Pair<One<Gfni256Raid, Vector256<byte>>>,
        One<Gfni256Raid, Vector256<byte>>
    >(Narrow);

    private static readonly IRaidKernel Wide = new VectorRaidKernel<
        Pair<Pair<Pair<One<Avx512Raid, Vector512<byte>>>>>,
        Pair<Pair<One<Avx512Raid, Vector512<byte>>>>,
        Pair<Pair<One<Avx512Raid, Vector512<byte>>>>,
        One<Avx512Raid, Vector512<byte>>
    >(Narrow);

    public static IRaidKernel For(KernelTier tier) =>
        tier switch
        {
            KernelTier.Vector128 => Narrow,
            KernelTier.Avx2 => Shuffled,
            KernelTier.Gfni256 => Affine,
            KernelTier.Avx512 => Wide,
            _ => Scalar,
        };
}
