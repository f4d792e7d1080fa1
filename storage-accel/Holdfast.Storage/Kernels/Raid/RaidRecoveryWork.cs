namespace Holdfast.Storage.Kernels.Raid;

/// <summary>Computes one or two lost shards from the others.</summary>
/// <param name="alsoLost">The same as <paramref name="lost"/> where only one is lost.</param>
internal readonly unsafe struct RaidRecoveryWork(
    KernelTier tier,
    int lost,
    int alsoLost,
    bool dual,
    DataLocality locality
) : IRaidWork
{
    public void CheckLost(int shards)
    {
        CheckRange(lost, shards, nameof(lost));
        CheckRange(alsoLost, shards, nameof(alsoLost));
    }

    public bool Writes(int shard) => shard == lost || shard == alsoLost;

    public void Run(byte** shards, int data, nint length)
    {
        var kernel = RaidKernel.For(tier);
        var streamed = CacheSizes.AreStreamed(locality, (long)data * length);
        if (dual)
        {
            RaidRecovery.Dual(
                kernel,
                shards,
                data,
                Math.Min(lost, alsoLost),
                Math.Max(lost, alsoLost),
                length,
                streamed
            );
        }
        else
        {
            RaidRecovery.Xor(kernel, shards, data, lost, length, streamed);
        }
    }

    private static void CheckRange(int index, int shards, string parameter)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(index, parameter);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(index, shards, parameter);
    }
}
