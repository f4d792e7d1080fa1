using Holdfast.Storage.ErasureCoding;
using Holdfast.Storage.Kernels;

namespace Holdfast.Storage.OpenCl.Acceleration;

/// <summary>The processor at its best: all cores where that pays.</summary>
/// <param name="cores">How many to use at most; null: all of this machine.</param>
internal sealed class CpuErasure(ErasureCode code, int? cores = null)
{
    private readonly ParallelEncoder encoder = new(code, cores);

    public void Encode(Memory<byte>[] shards, CancellationToken cancel) => encoder.Encode(shards, cancel: cancel);

    /// <summary>As <see cref="RebuildPlan.Rebuild(ReadOnlySpan{Memory{byte}}, DataLocality)"/>, each core a range of columns.</summary>
    public void Rebuild(RebuildPlan plan, Memory<byte>[] shards, CancellationToken cancel)
    {
        cancel.ThrowIfCancellationRequested();
        plan.CheckStripe(shards);
        var length = shards[plan.Lost[0]].Length;
        var workers = encoder.Estimate(length).Workers;
        if (workers == 1)
        {
            plan.Rebuild(shards);
            return;
        }

        var streamed = CacheSizes.AreStreamed(
            DataLocality.Automatic,
            (long)length * (plan.Survivors.Count + plan.Lost.Count)
        );
        var locality = streamed ? DataLocality.Streamed : DataLocality.Cached;
        var shares = new ColumnShares(length, workers);
        Parallel.For(
            0,
            workers,
            new ParallelOptions { MaxDegreeOfParallelism = workers, CancellationToken = cancel },
            worker =>
            {
                var (from, size) = shares[worker];
                if (size > 0)
                {
                    // Shards that take no part may have any length.
                    plan.Rebuild(
                        Array.ConvertAll(
                            shards,
                            shard => shard.Length == length ? shard.Slice(from, size) : Memory<byte>.Empty
                        ),
                        locality
                    );
                }
            }
        );
    }
}
