namespace Holdfast.Storage.Kernels.Erasure;

/// <summary>
/// The vector kernels: a block's instructions, and how many blocks go side by side so that sums, sources and coefficients fit into
/// the registers (32 with AVX-512, else 16) while enough products are under way to hide their latency.
/// </summary>
internal static class BlockKernels
{
    public static ErasureKernel Shuffle128 { get; } =
        new BlockKernel<
            Shuffle128Coefficient,
            Shuffle128Block,
            Twice<Shuffle128Block, Shuffle128Coefficient>,
            Twice<Shuffle128Block, Shuffle128Coefficient>,
            Shuffle128Block,
            Shuffle128Block
        >();

    public static ErasureKernel Shuffle256 { get; } =
        new BlockKernel<
            Shuffle256Coefficient,
            Shuffle256Block,
            Twice<Shuffle256Block, Shuffle256Coefficient>,
            Twice<Shuffle256Block, Shuffle256Coefficient>,
            Shuffle256Block,
            Shuffle256Block
        >();

    public static ErasureKernel Gfni256 { get; } =
        new BlockKernel<
            Gfni256Coefficient,
            Gfni256Block,
            Twice<Twice<Gfni256Block, Gfni256Coefficient>, Gfni256Coefficient>,
            Twice<Twice<Gfni256Block, Gfni256Coefficient>, Gfni256Coefficient>,
            Twice<Gfni256Block, Gfni256Coefficient>,
            Gfni256Block
        >();

    public static ErasureKernel Gfni512 { get; } =
        new BlockKernel<
            Gfni512Coefficient,
            Gfni512Block,
            Twice<Twice<Twice<Gfni512Block, Gfni512Coefficient>, Gfni512Coefficient>, Gfni512Coefficient>,
            Twice<Twice<Gfni512Block, Gfni512Coefficient>, Gfni512Coefficient>,
            Twice<Twice<Gfni512Block, Gfni512Coefficient>, Gfni512Coefficient>,
            Twice<Gfni512Block, Gfni512Coefficient>
        >();
}
