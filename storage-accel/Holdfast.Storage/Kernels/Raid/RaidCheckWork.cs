using Holdfast.Storage.Raid;

namespace Holdfast.Storage.Kernels.Raid;

/// <summary>Compares stored parity with what the data gives.</summary>
internal unsafe struct RaidCheckWork(KernelTier tier, bool dual) : IRaidWork
{
    public DualParityFault Fault { get; private set; }

    public readonly void CheckLost(int shards) { }

    public readonly bool Writes(int shard) => false;

    public void Run(byte** shards, int data, nint length)
    {
        var kernel = RaidKernel.For(tier);
        if (dual)
        {
            Fault = kernel.Check(shards, data, shards[data], shards[data + 1], length);
        }
        else
        {
            Fault = kernel.Cancels(shards, data + 1, length) ? DualParityFault.None : DualParityFault.P;
        }
    }
}
