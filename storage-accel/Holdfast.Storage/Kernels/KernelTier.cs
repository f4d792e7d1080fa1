namespace Holdfast.Storage.Kernels;

/// <summary>What a kernel asks of the processor. Later members are faster where they are supported.</summary>
public enum KernelTier
{
    /// <summary>Tables and plain integers: runs everywhere, and is what the other tiers are tested against.</summary>
    Scalar,

    /// <summary>128-bit shuffles: SSSE3 or NEON. Checksums also take SSE4.2 and PCLMULQDQ, or ARM's CRC and crypto extensions, where there are any.</summary>
    Vector128,

    /// <summary>256-bit shuffles: AVX2, with PCLMULQDQ.</summary>
    Avx2,

    /// <summary>256-bit affine transforms: AVX2 with GFNI and PCLMULQDQ.</summary>
    Gfni256,

    /// <summary>512-bit affine transforms and carry-less multiplication: AVX-512 F, BW and VL with GFNI and VPCLMULQDQ.</summary>
    Avx512,
}
