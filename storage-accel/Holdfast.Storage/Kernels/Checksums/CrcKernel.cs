using Holdfast.Storage.Checksums;

namespace Holdfast.Storage.Kernels.Checksums;

/// <summary>A class rather than an interface, because a call through one with many implementations costs as much as 16 bytes do.</summary>
internal abstract unsafe class CrcKernel
{
    /// <summary>The register after the bytes; neither it nor the one given is inverted.</summary>
    /// <param name="register">As wide as the CRC, in its own bit order.</param>
    /// <param name="length">In bytes, 0 or more.</param>
    public abstract ulong Append(ulong register, byte* data, nint length);

    /// <summary>The best that a tier has for a CRC. AVX2 and GFNI-256 have nothing better than 128-bit folding.</summary>
    public static CrcKernel For(KernelTier tier, CrcParameters parameters)
    {
        var isCrc32C = parameters == Crc32C.Parameters;
        return tier switch
        {
            KernelTier.Avx512 when isCrc32C => new Crc32CAvx512(parameters, Crc32CAvx512.BothUnitsPay),
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
