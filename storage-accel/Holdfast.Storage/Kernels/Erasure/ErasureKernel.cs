namespace Holdfast.Storage.Kernels.Erasure;

/// <summary>How the loops reach the memory.</summary>
internal enum MemoryPath
{
    Near,
    Far,
    Streamed,
}

/// <summary>Products of matrices with shards, for one <see cref="KernelTier"/>. Stateless.</summary>
internal abstract unsafe class ErasureKernel
{
    /// <summary>In bytes.</summary>
    public abstract int CoefficientSize { get; }

    /// <summary>Whether it takes groups of the Cauchy kinds.</summary>
    public abstract bool TransformsCauchy { get; }

    /// <param name="destination"><see cref="CoefficientSize"/> bytes.</param>
    public abstract void WriteCoefficient(byte factor, Span<byte> destination);

    public abstract void Run(in RowWork work, MemoryPath path);

    public static ErasureKernel For(KernelTier tier) =>
        tier switch
        {
            KernelTier.Scalar => ScalarErasureKernel.Instance,
            KernelTier.Vector128 => BlockKernels.Shuffle128,
            KernelTier.Avx2 => BlockKernels.Shuffle256,
            KernelTier.Gfni256 => BlockKernels.Gfni256,
            KernelTier.Avx512 => BlockKernels.Gfni512,
            _ => throw new ArgumentOutOfRangeException(nameof(tier)),
        };
}
