using Holdfast.Storage.Kernels;
using Holdfast.Storage.Kernels.Erasure;

namespace Holdfast.Storage.ErasureCoding;

/// <summary>
/// <para>
/// A systematic Reed–Solomon code over GF(2⁸): k data shards get m parity shards so that any k of the k + m rebuild the others. Shards are numbered
/// with the data first: 0 to k − 1, then parity k to k + m − 1.
/// </para>
/// <para>
/// Immutable and safe to share between threads; coding allocates nothing. What is computed is byte for byte what ISA-L computes
/// with the same matrix. Whatever is wrong with the arguments is said before any buffer is touched.
/// </para>
/// </summary>
public sealed class ErasureCode
{
    /// <summary>k + m at most: as many as GF(2⁸) has elements other than 0.</summary>
    public const int ShardsMax = 255;

    private readonly ErasureKernel kernel;
    private readonly CoefficientTable encoding;
    private readonly CoefficientTable[] updates;

    private ErasureCode(int dataShards, GaloisMatrix parity, CoefficientTable encoding, ErasureKernel kernel)
    {
        (DataShards, ParityMatrix, this.encoding, this.kernel) = (dataShards, parity, encoding, kernel);
        updates = [.. Enumerable.Range(0, dataShards).Select(shard => CoefficientTable.Of(TwoVersions(shard), kernel))];
    }

    /// <summary>k.</summary>
    public int DataShards { get; }

    /// <summary>m.</summary>
    public int ParityShards => ParityMatrix.Rows;

    /// <summary>k + m.</summary>
    public int TotalShards => DataShards + ParityShards;

    /// <summary>m rows of k coefficients: parity = matrix · data.</summary>
    public GaloisMatrix ParityMatrix { get; }

    /// <param name="dataShards">k, 1 or more.</param>
    /// <param name="parityShards">m, 1 or more; k + m is at most <see cref="ShardsMax"/>.</param>
    /// <exception cref="ArgumentOutOfRangeException">k or m is out of its range.</exception>
    /// <exception cref="NotMdsException">A Vandermonde matrix of this size does not rebuild from any k shards, or isn't known to.</exception>
    public static ErasureCode Create(int dataShards, int parityShards, MatrixKind matrix = MatrixKind.Cauchy) =>
        Create(dataShards, parityShards, matrix, KernelSelector.Tier);

    /// <summary>With a matrix of the caller's.</summary>
    /// <param name="parity">m rows of k coefficients.</param>
    /// <param name="trusted">
    /// Whether the caller vouches that any k shards rebuild the others. Otherwise it is proven, which is feasible up to <c>C(k + m, m)</c> of
    /// some hundred thousand.
    /// </param>
    /// <exception cref="ArgumentException">The matrix has not m rows of k columns.</exception>
    /// <exception cref="NotMdsException">Some choice of shards cannot be rebuilt, or there are too many to try them all.</exception>
    public static ErasureCode Create(int dataShards, int parityShards, GaloisMatrix parity, bool trusted = false) =>
        Create(dataShards, parityShards, parity, trusted, KernelSelector.Tier);

    internal static ErasureCode Create(int dataShards, int parityShards, MatrixKind matrix, KernelTier tier)
    {
        CheckCounts(dataShards, parityShards);
        var kernel = ErasureKernel.For(tier);
        if (matrix == MatrixKind.Cauchy)
        {
            return new ErasureCode(
                dataShards,
                GaloisMatrix.Cauchy(dataShards, parityShards),
                CoefficientTable.OfCauchy(dataShards, parityShards, kernel),
                kernel
            );
        }

        // Up to three rows are 1, x, x² with a different x in each column: every square piece can be inverted.
        const int RowsAlwaysMds = 3;
        return Create(
            dataShards,
            parityShards,
            GaloisMatrix.Vandermonde(dataShards, parityShards),
            trusted: parityShards <= RowsAlwaysMds,
            tier
        );
    }

    internal static ErasureCode Create(
        int dataShards,
        int parityShards,
        GaloisMatrix parity,
        bool trusted,
        KernelTier tier
    )
    {
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
            Prove(parity);
        }

        var kernel = ErasureKernel.For(tier);
        return new ErasureCode(dataShards, parity, CoefficientTable.Of(parity, kernel), kernel);
    }

    /// <summary>Computes the parity shards from the data shards.</summary>
    /// <param name="shards">k data shards, which are read, then m parity shards, which are written.</param>
    /// <exception cref="ArgumentException">Their number is not k + m, their lengths differ or are 0, or a parity shard overlaps another shard.</exception>
    public void Encode(ReadOnlySpan<Memory<byte>> shards, DataLocality locality = DataLocality.Automatic)
    {
        CheckNumber(shards.Length, TotalShards, nameof(shards));
        var length = ShardBounds.CommonLength(PinnedShards.AsReadOnly(shards), nameof(shards));
        PinnedMultiply.Run(
            encoding,
            PinnedShards.AsReadOnly(shards),
            length,
            locality,
            accumulate: false,
            nameof(shards)
        );
    }

    /// <summary>Computes the parity shards from the data shards, as fast as it goes.</summary>
    /// <exception cref="ArgumentException">The stripe has not k + m shards.</exception>
    public void Encode(Stripe stripe, DataLocality locality = DataLocality.Automatic)
    {
        CheckNumber(stripe.Count, TotalShards, nameof(stripe));
        StripeMultiply.Run(encoding, stripe, locality);
    }

    /// <summary>Brings the parity up to date after one data shard changed, without reading the other data.</summary>
    /// <param name="dataShard">Which, 0 to k − 1.</param>
    /// <param name="before">What it held when the parity was computed. All zeros adds a shard to a stripe that is still being filled.</param>
    /// <param name="after">What it holds now.</param>
    /// <param name="parity">The m parity shards.</param>
    /// <exception cref="ArgumentException">As for <see cref="Encode(ReadOnlySpan{Memory{byte}}, DataLocality)"/>.</exception>
    public void Update(
        int dataShard,
        ReadOnlyMemory<byte> before,
        ReadOnlyMemory<byte> after,
        ReadOnlySpan<Memory<byte>> parity
    )
    {
        CheckIndex(dataShard, DataShards, nameof(dataShard));
        CheckNumber(parity.Length, ParityShards, nameof(parity));
        var slots = new ShardSlots();
        Span<ReadOnlyMemory<byte>> shards = slots;
        shards = shards[..(2 + ParityShards)];
        shards[0] = before;
        shards[1] = after;
        PinnedShards.AsReadOnly(parity).CopyTo(shards[2..]);
        var length = ShardBounds.CommonLength(shards, nameof(parity));
        PinnedMultiply.Run(updates[dataShard], shards, length, DataLocality.Cached, accumulate: true, nameof(parity));
    }

    /// <summary>How to rebuild these shards from the first k others.</summary>
    /// <param name="lost">Indices of the shards to rebuild: each once, at least one, at most m.</param>
    /// <exception cref="ArgumentException">An index is out of range or given twice, or there is none.</exception>
    /// <exception cref="UnrecoverableException">More than m are lost, or the matrix of the caller's is not as good as vouched for.</exception>
    public RebuildPlan PlanRebuild(params ReadOnlySpan<int> lost)
    {
        Span<bool> isLost = stackalloc bool[ShardsMax];
        MarkOnce(lost, isLost, nameof(lost));
        Span<int> survivors = stackalloc int[TotalShards];
        var count = 0;
        for (var shard = 0; shard < TotalShards && count < DataShards; shard++)
        {
            if (!isLost[shard])
            {
                survivors[count++] = shard;
            }
        }

        return PlanRebuild(lost, survivors[..count]);
    }

    /// <summary>How to rebuild these shards from exactly those.</summary>
    /// <param name="lost">Indices of the shards to rebuild: each once, at least one.</param>
    /// <param name="survivors">Indices of k other shards, in any order.</param>
    /// <exception cref="ArgumentException">An index is out of range, given twice, or in both lists, or nothing is lost.</exception>
    /// <exception cref="UnrecoverableException">There are fewer than k survivors, or these do not determine the lost.</exception>
    public RebuildPlan PlanRebuild(ReadOnlySpan<int> lost, ReadOnlySpan<int> survivors)
    {
        Span<bool> named = stackalloc bool[ShardsMax];
        MarkOnce(lost, named, nameof(lost));
        if (lost.IsEmpty)
        {
            throw new ArgumentException("No shard is named: there is nothing to rebuild.", nameof(lost));
        }

        MarkOnce(survivors, named, nameof(survivors));
        if (survivors.Length < DataShards)
        {
            throw new UnrecoverableException(
                $"{survivors.Length} shards are left of {TotalShards}; {DataShards} are needed to rebuild any."
            );
        }

        return RebuildPlan.Create(this, kernel, lost, survivors[..DataShards]);
    }

    /// <summary>Whether the parity fits the data, and if one shard lies, which.</summary>
    /// <param name="shards">The k + m shards; none is written.</param>
    /// <exception cref="ArgumentException">Their number is not k + m, or their lengths differ or are 0.</exception>
    public StripeVerdict Verify(ReadOnlySpan<Memory<byte>> shards)
    {
        CheckNumber(shards.Length, TotalShards, nameof(shards));
        var length = ShardBounds.CommonLength(PinnedShards.AsReadOnly(shards), nameof(shards));
        return StripeVerifier.Verify(ParityMatrix, encoding, shards, length);
    }

    /// <summary>What <see cref="Encode(ReadOnlySpan{Memory{byte}}, DataLocality)"/> checks, for those that pass on pieces of the shards.</summary>
    internal void CheckStripe(ReadOnlySpan<Memory<byte>> shards)
    {
        CheckNumber(shards.Length, TotalShards, nameof(shards));
        ShardBounds.CommonLength(PinnedShards.AsReadOnly(shards), nameof(shards));
        PinnedMultiply.CheckOverlap(encoding, PinnedShards.AsReadOnly(shards), nameof(shards));
    }

    /// <summary>The row with which a shard makes any other: one of the identity for data, of <see cref="ParityMatrix"/> for parity.</summary>
    internal byte Coefficient(int shard, int dataShard) =>
        shard >= DataShards ? ParityMatrix[shard - DataShards, dataShard] : (byte)(shard == dataShard ? 1 : 0);

    internal static void CheckNumber(int actual, int expected, string parameter)
    {
        if (actual != expected)
        {
            throw new ArgumentException($"{actual} shards were given; {expected} are needed.", parameter);
        }
    }

    /// <summary>Parity changes by coefficient · (before + after): the same column twice.</summary>
    private GaloisMatrix TwoVersions(int dataShard) =>
        GaloisMatrix.Generate(ParityShards, 2, (row, _) => ParityMatrix[row, dataShard]);

    private static void Prove(GaloisMatrix parity)
    {
        if (!MdsProof.IsFeasible(parity.Columns, parity.Rows))
        {
            throw new NotMdsException(
                $"It is not known whether {parity.Columns} + {parity.Rows} shards with this matrix rebuild from any {parity.Columns}, and there are too many "
                    + "choices to try. Use a Cauchy matrix, or vouch for this one."
            );
        }

        if (MdsProof.FindSingular(parity) is { } found)
        {
            throw new NotMdsException(
                $"With this matrix some losses cannot be rebuilt: its rows {string.Join(", ", found.Rows)} and columns {string.Join(", ", found.Columns)} "
                    + "have no inverse. Use a Cauchy matrix."
            );
        }
    }

    private static void CheckCounts(int dataShards, int parityShards)
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

    private static void CheckIndex(int index, int count, string parameter)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(index, parameter);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(index, count, parameter);
    }

    private void MarkOnce(ReadOnlySpan<int> indices, Span<bool> marks, string parameter)
    {
        foreach (var index in indices)
        {
            CheckIndex(index, TotalShards, parameter);
            if (marks[index])
            {
                throw new ArgumentException($"Shard {index} is named twice.", parameter);
            }

            marks[index] = true;
        }
    }
}
