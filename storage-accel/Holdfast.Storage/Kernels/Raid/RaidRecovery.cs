using System.Runtime.CompilerServices;

namespace Holdfast.Storage.Kernels.Raid;

/// <summary>
/// Computes what is lost of a stripe, which lies in order: the data, then P, then Q where there is one. To generate parity is to recover it.
/// </summary>
internal static unsafe class RaidRecovery
{
    /// <param name="shards">The data and P.</param>
    /// <param name="data">How many of them are data.</param>
    public static void Xor(IRaidKernel kernel, byte** shards, int data, int lost, nint length, bool streamed)
    {
        if (lost == data)
        {
            kernel.Xor(shards, data, shards[data], length, streamed);
        }
        else
        {
            RecoverOne(kernel, shards, data, lost, length, streamed);
        }
    }

    /// <param name="shards">The data, P and Q.</param>
    /// <param name="data">How many of them are data.</param>
    /// <param name="first">The lower index of the lost.</param>
    /// <param name="second">The higher one; the same where only one is lost.</param>
    public static void Dual(
        IRaidKernel kernel,
        byte** shards,
        int data,
        int first,
        int second,
        nint length,
        bool streamed
    )
    {
        var p = shards[data];
        var q = shards[data + 1];
        if (first > data)
        {
            kernel.Dual(shards, data, q, q, length, streamed);
        }
        else if (first == second)
        {
            Xor(kernel, shards, data, first, length, streamed);
        }
        else if (first == data)
        {
            kernel.Dual(shards, data, p, q, length, streamed);
        }
        else
        {
            RecoverTwo(kernel, shards, data, first, second, length);
        }
    }

    [SkipLocalsInit]
    private static void RecoverOne(IRaidKernel kernel, byte** shards, int data, int lost, nint length, bool streamed)
    {
        var sources = stackalloc byte*[PinnedShards.Max];
        Copy(shards, data, sources);
        sources[lost] = shards[data];
        kernel.Xor(sources, data, shards[lost], length, streamed);
    }

    [SkipLocalsInit]
    private static void RecoverTwo(IRaidKernel kernel, byte** shards, int data, int first, int second, nint length)
    {
        var p = shards[data];
        var q = shards[data + 1];
        var sources = stackalloc byte*[PinnedShards.Max];
        Copy(shards, data, sources);
        if (second == data)
        {
            sources[first] = q;
            kernel.RecoverDataAndP(sources, data, new DataAndPRecovery(q, first, shards[first], p), length);
        }
        else if (second > data)
        {
            sources[first] = p;
            kernel.RecoverDataAndQ(sources, data, new DataAndQRecovery(p, first, shards[first], q), length);
        }
        else
        {
            sources[first] = sources[second] = p;
            var recovery = new TwoDataRecovery(p, q, first, shards[first], second, shards[second]);
            kernel.RecoverTwoData(sources, data, recovery, length);
        }
    }

    private static void Copy(byte** from, int count, byte** to) =>
        Unsafe.CopyBlock(to, from, (uint)(count * sizeof(byte*)));
}
