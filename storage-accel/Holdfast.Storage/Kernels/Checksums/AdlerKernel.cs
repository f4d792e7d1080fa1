namespace Holdfast.Storage.Kernels.Checksums;

/// <summary>Adler-32 on one tier. Stateless.</summary>
internal abstract unsafe class AdlerKernel
{
    /// <summary>The checksum after the bytes.</summary>
    /// <param name="checksum">Of what came before, 1 for nothing.</param>
    /// <param name="length">In bytes, 0 or more.</param>
    public abstract uint Append(uint checksum, byte* data, nint length);

    /// <summary>The best that a tier has: sums gain nothing by GFNI.</summary>
    public static AdlerKernel For(KernelTier tier) =>
        tier switch
        {
            KernelTier.Scalar => new AdlerScalar(),
            KernelTier.Vector128 => new AdlerVectors<AdlerVector128>(),
            KernelTier.Avx512 => new AdlerVectors<AdlerAvx512>(),
            _ => new AdlerVectors<AdlerAvx2>(),
        };
}
