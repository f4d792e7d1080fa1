using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics.X86;
using Holdfast.Storage.Kernels.Erasure;
using Holdfast.Storage.Raid;

namespace Holdfast.Storage.Kernels.Raid;

/// <summary>
/// The kernel of a vector tier. Wide steps first, then single registers; the last one reaches back over columns that are done already, which gives
/// them the same value again. What is shorter than one register goes to <paramref name="narrower"/>.
/// </summary>
/// <typeparam name="TFew">The wide step where only P of few sources is asked for.</typeparam>
/// <typeparam name="TXor">The wide step where only P is asked for.</typeparam>
/// <typeparam name="TDual">The wide step for P and Q.</typeparam>
/// <typeparam name="TOne">One register.</typeparam>
internal sealed unsafe class VectorRaidKernel<TFew, TXor, TDual, TOne>(IRaidKernel narrower) : IRaidKernel
    where TFew : struct, IRaidBlock<TFew>
    where TXor : struct, IRaidBlock<TXor>
    where TDual : struct, IRaidBlock<TDual>
    where TOne : struct, IRaidBlock<TOne>
{
    /// <summary>Measured: with 4 sources the wider step gains 10 %, with 10 it loses as much.</summary>
    private const int FewSources = 6;

    public void Xor(byte** sources, int count, byte* parity, nint length, bool streamed)
    {
        if (length < TOne.Width)
        {
            narrower.Xor(sources, count, parity, length, streamed);
            return;
        }

        var ordinary = new XorStore<NearAccess>(parity);
        nint at = 0;
        if (streamed && TryAlign(parity, parity, length, out var aligned))
        {
            RaidLoops<TOne, NearAccess>.Xor(sources, count, 0, TOne.Width, ref ordinary);
            var past = new XorStore<WriteAroundAccess>(parity);
            at = RaidLoops<TXor, WriteAroundAccess>.Xor(sources, count, aligned, length, ref past);
            Fence();
        }

        FinishXor(sources, count, at, length, ref ordinary);
    }

    public bool Cancels(byte** vectors, int count, nint length)
    {
        if (length < TOne.Width)
        {
            return narrower.Cancels(vectors, count, length);
        }

        var check = new XorCheck();
        FinishXor(vectors, count, 0, length, ref check);
        return !check.Failed;
    }

    public void Dual(byte** sources, int count, byte* p, byte* q, nint length, bool streamed)
    {
        if (length < TOne.Width)
        {
            narrower.Dual(sources, count, p, q, length, streamed);
            return;
        }

        var ordinary = new DualStore<NearAccess>(p, q);
        nint at = 0;
        if (streamed && TryAlign(p, q, length, out var aligned))
        {
            RaidLoops<TOne, NearAccess>.Dual(sources, count, 0, TOne.Width, ref ordinary);
            var past = new DualStore<WriteAroundAccess>(p, q);
            at = RaidLoops<TDual, WriteAroundAccess>.Dual(sources, count, aligned, length, ref past);
            Fence();
        }

        FinishDual(sources, count, at, length, ref ordinary);
    }

    public DualParityFault Check(byte** sources, int count, byte* p, byte* q, nint length)
    {
        if (length < TOne.Width)
        {
            return narrower.Check(sources, count, p, q, length);
        }

        var check = new DualCheck(p, q);
        FinishDual(sources, count, 0, length, ref check);
        return check.Fault;
    }

    public void RecoverTwoData(byte** sources, int count, in TwoDataRecovery recovery, nint length)
    {
        if (length < TOne.Width)
        {
            narrower.RecoverTwoData(sources, count, recovery, length);
            return;
        }

        var outcome = recovery;
        FinishDual(sources, count, 0, length, ref outcome);
    }

    public void RecoverDataAndP(byte** sources, int count, in DataAndPRecovery recovery, nint length)
    {
        if (length < TOne.Width)
        {
            narrower.RecoverDataAndP(sources, count, recovery, length);
            return;
        }

        var outcome = recovery;
        FinishDual(sources, count, 0, length, ref outcome);
    }

    public void RecoverDataAndQ(byte** sources, int count, in DataAndQRecovery recovery, nint length)
    {
        if (length < TOne.Width)
        {
            narrower.RecoverDataAndQ(sources, count, recovery, length);
            return;
        }

        var outcome = recovery;
        FinishDual(sources, count, 0, length, ref outcome);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void FinishXor<TOutcome>(byte** sources, int count, nint at, nint length, ref TOutcome outcome)
        where TOutcome : struct, IXorOutcome
    {
        if (count * (long)length > CacheSizes.Near)
        {
            at = RaidLoops<TXor, FarAccess>.Xor(sources, count, at, length, ref outcome);
        }
        else if (count <= FewSources)
        {
            at = RaidLoops<TFew, NearAccess>.Xor(sources, count, at, length, ref outcome);
        }
        else
        {
            at = RaidLoops<TXor, NearAccess>.Xor(sources, count, at, length, ref outcome);
        }

        if (at < length)
        {
            at = RaidLoops<TOne, NearAccess>.Xor(sources, count, at, length, ref outcome);
            if (at < length)
            {
                RaidLoops<TOne, NearAccess>.Xor(sources, count, length - TOne.Width, length, ref outcome);
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void FinishDual<TOutcome>(byte** sources, int count, nint at, nint length, ref TOutcome outcome)
        where TOutcome : struct, IDualOutcome
    {
        at =
            count * (long)length <= CacheSizes.Near
                ? RaidLoops<TDual, NearAccess>.Dual(sources, count, at, length, ref outcome)
                : RaidLoops<TDual, FarAccess>.Dual(sources, count, at, length, ref outcome);
        if (at < length)
        {
            at = RaidLoops<TOne, NearAccess>.Dual(sources, count, at, length, ref outcome);
            if (at < length)
            {
                RaidLoops<TOne, NearAccess>.Dual(sources, count, length - TOne.Width, length, ref outcome);
            }
        }
    }

    /// <summary>The first column from which both outputs are aligned for stores past the caches, if there is one in the first register.</summary>
    private static bool TryAlign(byte* p, byte* q, nint length, out nint aligned)
    {
        var mask = TOne.Width - 1;
        aligned = -(nint)p & mask;
        return (((nint)p ^ (nint)q) & mask) == 0 && length >= TOne.Width + TDual.Width;
    }

    private static void Fence()
    {
        if (Sse.IsSupported)
        {
            Sse.StoreFence();
        }
    }
}
