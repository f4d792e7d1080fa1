using Holdfast.Storage.ErasureCoding;
using Holdfast.Storage.Raid;

namespace Holdfast.Storage.Kernels.Raid;

/// <summary>Byte by byte as the definition says: the oracle of the other tiers.</summary>
internal sealed unsafe class ScalarRaidKernel : IRaidKernel
{
    public void Xor(byte** sources, int count, byte* parity, nint length, bool streamed)
    {
        for (nint at = 0; at < length; at++)
        {
            parity[at] = SumOf(sources, count, at);
        }
    }

    public bool Cancels(byte** vectors, int count, nint length)
    {
        for (nint at = 0; at < length; at++)
        {
            if (SumOf(vectors, count, at) != 0)
            {
                return false;
            }
        }

        return true;
    }

    public void Dual(byte** sources, int count, byte* p, byte* q, nint length, bool streamed)
    {
        for (nint at = 0; at < length; at++)
        {
            p[at] = SumOf(sources, count, at);
            q[at] = WeightedSumOf(sources, count, at);
        }
    }

    public DualParityFault Check(byte** sources, int count, byte* p, byte* q, nint length)
    {
        var fault = DualParityFault.None;
        for (nint at = 0; at < length && fault != DualParityFault.Both; at++)
        {
            fault |= SumOf(sources, count, at) == p[at] ? DualParityFault.None : DualParityFault.P;
            fault |= WeightedSumOf(sources, count, at) == q[at] ? DualParityFault.None : DualParityFault.Q;
        }

        return fault;
    }

    public void RecoverTwoData(byte** sources, int count, in TwoDataRecovery recovery, nint length) =>
        Recover(sources, count, recovery, length);

    public void RecoverDataAndP(byte** sources, int count, in DataAndPRecovery recovery, nint length) =>
        Recover(sources, count, recovery, length);

    public void RecoverDataAndQ(byte** sources, int count, in DataAndQRecovery recovery, nint length) =>
        Recover(sources, count, recovery, length);

    private static void Recover<TOutcome>(byte** sources, int count, TOutcome recovery, nint length)
        where TOutcome : struct, IDualOutcome
    {
        for (nint at = 0; at < length; at++)
        {
            recovery.Take(
                new ScalarBlock(SumOf(sources, count, at)),
                new ScalarBlock(WeightedSumOf(sources, count, at)),
                at
            );
        }
    }

    private static byte SumOf(byte** sources, int count, nint at)
    {
        byte sum = 0;
        for (var i = 0; i < count; i++)
        {
            sum ^= sources[i][at];
        }

        return sum;
    }

    private static byte WeightedSumOf(byte** sources, int count, nint at)
    {
        byte sum = 0;
        for (var i = count - 1; i >= 0; i--)
        {
            sum = (byte)(GaloisField.Multiply(2, sum) ^ sources[i][at]);
        }

        return sum;
    }
}
