using Holdfast.Storage.Checksums;

namespace Holdfast.Storage.Kernels.Checksums;

internal static class CrcKernel
{
    /// <summary>The best that a tier has for a CRC. AVX2 and GFNI-256 have nothing better than 128-bit folding.</summary>
    public static ICrcKernel For(KernelTier tier, CrcParameters parameters) =>
        tier switch
        {
            KernelTier.Avx512 => Avx512(parameters),
            > KernelTier.Scalar when CarryLess.IsSupported => Narrow(parameters),
            _ => new CrcScalar(parameters),
        };

    private static ICrcKernel Avx512(CrcParameters parameters) =>
        parameters.Reflected
            ? new CrcAvx512<ReflectedOrder>(parameters)
            : new CrcAvx512<AffineNormalOrder>(parameters);

    private static ICrcKernel Narrow(CrcParameters parameters) =>
        parameters.Reflected ? new CrcVector128<ReflectedOrder>(parameters) : new CrcVector128<NormalOrder>(parameters);
}
