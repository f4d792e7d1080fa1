using System.Runtime.CompilerServices;
using Holdfast.Storage.Kernels.Erasure;

namespace Holdfast.Storage.Kernels.Raid;

/// <summary>
/// The loops that all vector tiers share. Each takes two sources a turn, last to first: Horner's rule wants that order for Q, and in contiguous
/// stripes it is also the faster one for P. They are methods of their own for the compiler too: inlined into a caller, they would use up what it
/// allows to inline, and the blocks' operations would become calls.
/// </summary>
/// <typeparam name="TBlock">The columns of one step.</typeparam>
/// <typeparam name="TAccess">How the sources are read.</typeparam>
internal static unsafe class RaidLoops<TBlock, TAccess>
    where TBlock : struct, IRaidBlock<TBlock>
    where TAccess : struct, IMemoryAccess
{
    /// <summary>Works from column <paramref name="at"/> on while a whole block is left, and returns where it ended; past the end: stopped.</summary>
    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
    public static nint Xor<TOutcome>(byte** sources, int count, nint at, nint length, ref TOutcome outcome)
        where TOutcome : struct, IXorOutcome
    {
        for (; at <= length - TBlock.Width; at += TBlock.Width)
        {
            var source = sources + count;
            TBlock sum;
            if ((count & 1) != 0)
            {
                source -= 1;
                sum = Load(source[0] + at);
            }
            else
            {
                source -= 2;
                sum = Load(source[1] + at).Xor(Load(source[0] + at));
            }

            while (source > sources)
            {
                source -= 2;
                sum = sum.Xor(Load(source[1] + at), Load(source[0] + at));
            }

            if (!outcome.Take(sum, at))
            {
                return nint.MaxValue;
            }
        }

        return at;
    }

    /// <inheritdoc cref="Xor"/>
    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
    public static nint Dual<TOutcome>(byte** sources, int count, nint at, nint length, ref TOutcome outcome)
        where TOutcome : struct, IDualOutcome
    {
        for (; at <= length - TBlock.Width; at += TBlock.Width)
        {
            var source = sources + count;
            TBlock p;
            TBlock q;
            if ((count & 1) != 0)
            {
                source -= 1;
                p = Load(source[0] + at);
                q = p;
            }
            else
            {
                source -= 2;
                var high = Load(source[1] + at);
                var low = Load(source[0] + at);
                p = high.Xor(low);
                q = high.Double().Xor(low);
            }

            while (source > sources)
            {
                source -= 2;
                var high = Load(source[1] + at);
                var low = Load(source[0] + at);
                p = p.Xor(high, low);
                q = q.Advance(high, low);
            }

            if (!outcome.Take(p, q, at))
            {
                return nint.MaxValue;
            }
        }

        return at;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static TBlock Load(byte* address)
    {
        var block = TBlock.Load(address);
        TAccess.Prefetch(address, TBlock.Width);
        return block;
    }
}
