using Holdfast.Storage.ErasureCoding;

namespace Holdfast.Storage.Shards;

/// <summary>How a source is cut: into stripes of k pieces, to which m pieces of parity are computed; shard i gets the i-th piece of each stripe.</summary>
/// <param name="DataShards">k, 1 or more.</param>
/// <param name="ParityShards">m, 1 or more; k + m is at most <see cref="ErasureCode.ShardsMax"/>.</param>
/// <param name="PieceLength">Bytes of each piece, but of the last stripe's: 1 to <see cref="PieceLengthMax"/>.</param>
public readonly record struct ShardLayout(int DataShards, int ParityShards, MatrixKind Matrix, int PieceLength)
{
    /// <summary>What a writer or a reader takes for its two stripes at most, in bytes: half of the heap that the appliance is limited to.</summary>
    public const int BuffersMax = 64 * 1024 * 1024;

    private const int PieceLengthUsual = 256 * 1024;
    private const int PieceLengthOfMany = 64 * 1024;
    private const int UsualShardsMax = 64;
    private const int Page = 4096;

    /// <summary>Staggering, a checksum, and rounding up to pages.</summary>
    private const int Overhead = 2 * Page;

    /// <summary>k + m.</summary>
    public int TotalShards => DataShards + ParityShards;

    /// <summary>Bytes of the source in each stripe but the last.</summary>
    public int StripeLength => DataShards * PieceLength;

    /// <summary>With pieces long enough for disks and short enough for caches.</summary>
    public static ShardLayout Usual(int dataShards, int parityShards) =>
        new(
            dataShards,
            parityShards,
            MatrixKind.Cauchy,
            dataShards + parityShards <= UsualShardsMax ? PieceLengthUsual : PieceLengthOfMany
        );

    /// <summary>In bytes: two stripes of all shards fit into <see cref="BuffersMax"/>.</summary>
    public static int PieceLengthMax(int totalShards) => ((BuffersMax / 2 / totalShards) - Overhead) / Page * Page;

    /// <summary>What is wrong with it, in words; null: nothing. A Vandermonde matrix may still turn out not to be one that rebuilds.</summary>
    public string? Problem() =>
        DataShards < 1 ? $"{DataShards} data shards are too few, 1 is the least"
        : ParityShards < 1 ? $"{ParityShards} parity shards are too few, 1 is the least"
        : DataShards > ErasureCode.ShardsMax - ParityShards
            ? $"{DataShards} + {ParityShards} shards are too many, {ErasureCode.ShardsMax} are the most"
        : !Enum.IsDefined(Matrix) ? $"matrix {(int)Matrix} is not known"
        : PieceLength < 1 || PieceLength > PieceLengthMax(TotalShards)
            ? $"pieces of {PieceLength} bytes cannot be, {TotalShards} shards have pieces of 1 to {PieceLengthMax(TotalShards)} bytes"
        : null;

    /// <summary>Bytes of each piece of a stripe.</summary>
    /// <param name="sourceBytes">Of the source, in this stripe: up to <see cref="StripeLength"/>.</param>
    internal int PieceLengthFor(int sourceBytes) => (sourceBytes + DataShards - 1) / DataShards;
}
