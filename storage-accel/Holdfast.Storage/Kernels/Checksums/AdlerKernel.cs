namespace Holdfast.Storage.Kernels.Checksums;

internal static class AdlerKernel
{
    public static IAdlerKernel For(KernelTier tier) =>
        tier switch
        {
            KernelTier.Scalar => new AdlerScalar(),
            KernelTier.Vector128 => new AdlerVectors<AdlerVector128>(),
            KernelTier.Avx512 => new AdlerVectors<AdlerAvx512>(),
            _ => new AdlerVectors<AdlerAvx2>(),
        };
}
