using Holdfast.Storage.ErasureCoding;

namespace Holdfast.Storage.OpenCl.Acceleration;

/// <summary>The processor at its best: all cores where that pays.</summary>
internal sealed class CpuErasure(ErasureCode code)
{
    /// <summary>As for encoding: no two cores write the same cache line.</summary>
    private const int Page = 4096;

    private readonly ParallelEncoder encoder = new(code);

    public void Encode(Memory<byte>[] shards, CancellationToken cancel)
    {
        cancel.ThrowIfCancellationRequested();
        encoder.Encode(shards, cancel: cancel);
    }

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

        var share = ((length / workers) + Page - 1) / Page * Page;
        Parallel.For(
            0,
            workers,
            new ParallelOptions { MaxDegreeOfParallelism = workers, CancellationToken = cancel },
            worker =>
            {
                var from = Math.Min(worker * share, length);
                var size = Math.Min(share, length - from);
                if (size > 0)
                {
                    // Shards that take no part may have any length.
                    plan.Rebuild(
                        Array.ConvertAll(
                            shards,
                            shard => shard.Length == length ? shard.Slice(from, size) : Memory<byte>.Empty
                        )
                    );
                }
            }
        );
    }
}
