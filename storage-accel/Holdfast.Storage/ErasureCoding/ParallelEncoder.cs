using Holdfast.Storage.Kernels;

namespace Holdfast.Storage.ErasureCoding;

/// <summary>What more cores would do for a stripe.</summary>
/// <param name="Workers">How many are worth it; 1: the caller's alone.</param>
/// <param name="Reason">Why not more, for people.</param>
public readonly record struct ParallelGain(int Workers, string Reason);

/// <summary>
/// Encodes large stripes on several cores: each takes a range of columns of all shards. Safe to share. Where several cores work, a call allocates a
/// list of shards for each.
/// </summary>
public sealed class ParallelEncoder
{
    /// <summary>
    /// In bytes of all shards: below this a worker's share takes less time than waking it. At 20 GB/s that are 25 µs.
    /// </summary>
    public const int ShareMin = 512 * 1024;

    private readonly ErasureCode code;

    /// <param name="cores">How many to use at most; null: all of this machine.</param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="cores"/> is less than 1.</exception>
    public ParallelEncoder(ErasureCode code, int? cores = null)
    {
        ArgumentNullException.ThrowIfNull(code);
        this.code = code;
        Cores = cores ?? Environment.ProcessorCount;
        ArgumentOutOfRangeException.ThrowIfLessThan(Cores, 1, nameof(cores));
    }

    /// <summary>How many it uses at most.</summary>
    public int Cores { get; }

    /// <summary>Whether more than one core pays for shards of this length.</summary>
    /// <param name="shardLength">In bytes.</param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="shardLength"/> is less than 1.</exception>
    public ParallelGain Estimate(int shardLength)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(shardLength, 1);
        var shares = (long)shardLength * code.TotalShards / ShareMin;
        var workers = (int)Math.Max(1, Math.Min(Math.Min(shares, ColumnShares.PagesIn(shardLength)), Cores));
        return workers == Cores
            ? new(workers, Cores == 1 ? "There is one core." : "All cores have enough to do.")
            : new(
                workers,
                $"A core's share would be less than {ShareMin / 1024} KiB, and waking it would take longer than its work."
            );
    }

    /// <summary>As <see cref="ErasureCode.Encode(ReadOnlySpan{Memory{byte}}, DataLocality)"/>.</summary>
    /// <param name="shards">All of one length; no parity shard overlaps another shard.</param>
    /// <returns>How many workers took part, and why not more.</returns>
    /// <exception cref="ArgumentException">The shards' number or lengths are wrong, or a parity shard overlaps another shard.</exception>
    /// <exception cref="OperationCanceledException">Cancelled; some of the parity is written.</exception>
    public ParallelGain Encode(
        Memory<byte>[] shards,
        DataLocality locality = DataLocality.Automatic,
        CancellationToken cancel = default
    )
    {
        ArgumentNullException.ThrowIfNull(shards);
        code.CheckStripe(shards);
        cancel.ThrowIfCancellationRequested();
        var length = shards[0].Length;
        var gain = Estimate(length);
        if (gain.Workers == 1)
        {
            code.Encode(shards, locality);
            return gain;
        }

        // Judged by all of it, as one core would: a worker sees only its share.
        var streamed = CacheSizes.AreStreamed(locality, (long)length * code.TotalShards);
        var shareLocality = streamed ? DataLocality.Streamed : DataLocality.Cached;
        var shares = new ColumnShares(length, gain.Workers);
        Parallel.For(
            0,
            gain.Workers,
            new ParallelOptions { MaxDegreeOfParallelism = gain.Workers, CancellationToken = cancel },
            worker =>
            {
                var (from, size) = shares[worker];
                if (size > 0)
                {
                    code.Encode(Array.ConvertAll(shards, shard => shard.Slice(from, size)), shareLocality);
                }
            }
        );
        return gain;
    }
}
