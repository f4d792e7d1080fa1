using Holdfast.Storage.Kernels;
using Holdfast.Storage.Kernels.Raid;

namespace Holdfast.Storage.Raid;

/// <summary>Computes one or two lost shards from the others.</summary>
internal unsafe struct RaidRecoveryWork(KernelTier tier, int lost, int? alsoLost, bool dual, DataLocality locality)
    : IRaidWork
{
    private readonly int first = Math.Min(lost, alsoLost ?? lost);
    private readonly int? second = alsoLost is { } other ? Math.Max(lost, other) : null;

    public readonly void CheckLost(int shards)
    {
        CheckRange(lost, shards, nameof(lost));
        if (alsoLost is { } other)
        {
            CheckRange(other, shards, nameof(alsoLost));
            CheckDifferent(lost, other);
        }
    }

    public readonly bool Writes(int shard) => shard == first || shard == second;

    public readonly void Run(byte** shards, int data, nint length)
    {
        var kernel = RaidKernel.For(tier);
        var streamed = locality switch
        {
            DataLocality.Streamed => true,
            DataLocality.Cached => false,
            _ => (long)data * length > CacheSizes.LastLevel,
        };
        if (dual)
        {
            RaidRecovery.Dual(kernel, shards, data, first, second, length, streamed);
        }
        else
        {
            RaidRecovery.Xor(kernel, shards, data, first, length, streamed);
        }
    }

    private static void CheckDifferent(int lost, int alsoLost)
    {
        if (lost == alsoLost)
        {
            throw new ArgumentException($"Shard {lost} is named twice.", nameof(alsoLost));
        }
    }

    private static void CheckRange(int index, int shards, string parameter)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(index, parameter);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(index, shards, parameter);
    }
}
