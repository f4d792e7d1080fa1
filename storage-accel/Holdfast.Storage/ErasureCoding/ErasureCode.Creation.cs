using Holdfast.Storage.Kernels;
using Holdfast.Storage.Kernels.Erasure;

namespace Holdfast.Storage.ErasureCoding;

public sealed partial class ErasureCode
{
    /// <summary>So few rows of Vandermonde's are 1, x, x² with a different x in each column: every square piece can be inverted.</summary>
    private const int RowsAlwaysMds = 3;

    /// <param name="dataShards">k, 1 or more.</param>
    /// <param name="parityShards">m, 1 or more; k + m is at most <see cref="ShardsMax"/>.</param>
    /// <exception cref="ArgumentOutOfRangeException">k or m is out of its range, or there is no such matrix.</exception>
    /// <exception cref="NotMdsException">A Vandermonde matrix of this size does not rebuild from any k shards, or isn't known to.</exception>
    public static ErasureCode Create(int dataShards, int parityShards, MatrixKind matrix = MatrixKind.Cauchy) =>
        Create(dataShards, parityShards, matrix, KernelSelector.Tier);

    /// <summary>With a matrix of the caller's.</summary>
    /// <param name="parity">m rows of k coefficients.</param>
    /// <param name="trusted">
    /// Whether the caller vouches that any k shards rebuild the others. Otherwise it is proven, which is feasible up to <c>C(k + m, m)</c> of
    /// some hundred thousand.
    /// </param>
    /// <exception cref="ArgumentOutOfRangeException">k or m is out of its range.</exception>
    /// <exception cref="ArgumentException">The matrix has not m rows of k columns.</exception>
    /// <exception cref="NotMdsException">Some choice of shards cannot be rebuilt, or there are too many to try them all.</exception>
    public static ErasureCode Create(int dataShards, int parityShards, GaloisMatrix parity, bool trusted = false) =>
        Create(dataShards, parityShards, parity, trusted, KernelSelector.Tier);

    internal static ErasureCode Create(int dataShards, int parityShards, MatrixKind matrix, KernelTier tier)
    {
        CheckCounts(dataShards, parityShards);
        return matrix switch
        {
            MatrixKind.Cauchy => OfCauchy(dataShards, parityShards, ErasureKernel.For(tier)),
            MatrixKind.Vandermonde => Create(
                dataShards,
                parityShards,
                GaloisMatrix.Vandermonde(dataShards, parityShards),
                trusted: parityShards <= RowsAlwaysMds,
                tier
            ),
            _ => throw new ArgumentOutOfRangeException(nameof(matrix), matrix, "There is no such kind of matrix."),
        };
    }

    internal static ErasureCode Create(
        int dataShards,
        int parityShards,
        GaloisMatrix parity,
        bool trusted,
        KernelTier tier
    )
    {
        ArgumentNullException.ThrowIfNull(parity);
        CheckCounts(dataShards, parityShards);
        if (parity.Rows != parityShards || parity.Columns != dataShards)
        {
            throw new ArgumentException(
                $"The matrix is {parity.Rows} × {parity.Columns}; {dataShards} + {parityShards} shards need {parityShards} × {dataShards}.",
                nameof(parity)
            );
        }

        if (!trusted)
        {
            MdsProof.Require(parity);
        }

        var kernel = ErasureKernel.For(tier);
        return new ErasureCode(dataShards, parity, CoefficientTable.Of(parity, kernel), kernel);
    }

    private static ErasureCode OfCauchy(int dataShards, int parityShards, ErasureKernel kernel) =>
        new(
            dataShards,
            GaloisMatrix.Cauchy(dataShards, parityShards),
            CoefficientTable.OfCauchy(dataShards, parityShards, kernel),
            kernel
        );

    internal static void CheckCounts(int dataShards, int parityShards)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(dataShards, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(parityShards, 1);
        if ((long)dataShards + parityShards > ShardsMax)
        {
            throw new ArgumentOutOfRangeException(
                nameof(parityShards),
                $"{dataShards} + {parityShards} shards are more than the {ShardsMax} of a code over GF(2⁸)."
            );
        }
    }
}
