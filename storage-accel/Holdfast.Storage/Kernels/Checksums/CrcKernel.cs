using Holdfast.Storage.Checksums;

namespace Holdfast.Storage.Kernels.Checksums;

internal static class CrcKernel
{
    /// <summary>The best that a tier has for a CRC. AVX2 and GFNI-256 have nothing better than 128-bit folding.</summary>
    public static ICrcKernel For(KernelTier tier, CrcParameters parameters)
    {
        var isCrc32C = parameters == Crc32C.Parameters;
        return tier switch
        {
            KernelTier.Avx512 when isCrc32C && Crc32CAvx512.Pays => new Crc32CAvx512(parameters),
            KernelTier.Avx512 when parameters.Reflected => new CrcAvx512<ReflectedOrder>(parameters),
            KernelTier.Avx512 => new CrcAvx512<AffineNormalOrder>(parameters),
            > KernelTier.Scalar when isCrc32C && Crc32CVector128.IsSupported => new Crc32CVector128(parameters),
            > KernelTier.Scalar when !CarryLess.IsSupported => new CrcScalar(parameters),
            > KernelTier.Scalar when parameters.Reflected => new CrcVector128<ReflectedOrder>(parameters),
            > KernelTier.Scalar => new CrcVector128<NormalOrder>(parameters),
            _ => new CrcScalar(parameters),
        };
    }
}
