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
public sealed partial class ErasureCode
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
        ArgumentNullException.ThrowIfNull(stripe);
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
        if (after.Length != before.Length)
        {
            throw new ArgumentException($"after has {after.Length} bytes, before has {before.Length}.", nameof(after));
        }

        var slots = new ShardSlots();
        Span<ReadOnlyMemory<byte>> shards = slots;
        shards = shards[..(2 + ParityShards)];
        shards[0] = before;
        shards[1] = after;
        PinnedShards.AsReadOnly(parity).CopyTo(shards[2..]);
        Span<int> numbers = stackalloc int[shards.Length];
        (numbers[0], numbers[1]) = (dataShard, dataShard);
        for (var i = 0; i < ParityShards; i++)
        {
            numbers[2 + i] = DataShards + i;
        }

        var length = ShardBounds.CommonLength(shards, nameof(parity), numbers);
        PinnedMultiply.Run(updates[dataShard], shards, length, DataLocality.Cached, accumulate: true, nameof(parity));
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

    /// <summary>Whether the parity of a stripe fits its data, and if one shard lies, which.</summary>
    /// <exception cref="ArgumentException">The stripe has not k + m shards.</exception>
    public StripeVerdict Verify(Stripe stripe)
    {
        ArgumentNullException.ThrowIfNull(stripe);
        CheckNumber(stripe.Count, TotalShards, nameof(stripe));
        return StripeVerifier.Verify(ParityMatrix, encoding, stripe);
    }

    /// <summary>What <see cref="Encode(ReadOnlySpan{Memory{byte}}, DataLocality)"/> checks, for those that pass on pieces of the shards.</summary>
    internal void CheckStripe(ReadOnlySpan<Memory<byte>> shards)
    {
        CheckNumber(shards.Length, TotalShards, nameof(shards));
        ShardBounds.CommonLength(PinnedShards.AsReadOnly(shards), nameof(shards));
        PinnedMultiply.CheckOverlap(encoding, PinnedShards.AsReadOnly(shards), nameof(shards));
    }

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

    private static void CheckIndex(int index, int count, string parameter)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(index, parameter);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(index, count, parameter);
    }
}
