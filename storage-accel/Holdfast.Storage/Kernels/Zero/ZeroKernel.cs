using System.Runtime.Intrinsics;
using Holdfast.Storage.Kernels.Erasure;
using Holdfast.Storage.Kernels.Raid;

namespace Holdfast.Storage.Kernels.Zero;

/// <summary>Whether a buffer is all zeros, by tier.</summary>
internal static unsafe class ZeroKernel
{
    /// <param name="far">Whether the data is beyond the near caches.</param>
    public static bool IsZero(byte* data, nint length, bool far, KernelTier tier) =>
        tier switch
        {
            KernelTier.Avx512 when length >= Vector512<byte>.Count => Wide<One<Avx512Raid, Vector512<byte>>>(
                data,
                length,
                far
            ),
            >= KernelTier.Avx2 when length >= Vector256<byte>.Count => Wide<One<Avx2Raid, Vector256<byte>>>(
                data,
                length,
                far
            ),
            >= KernelTier.Vector128 when length >= Vector128<byte>.Count => Wide<One<Vector128Raid, Vector128<byte>>>(
                data,
                length,
                far
            ),
            _ => ByteByByte(data, length),
        };

    private static bool ByteByByte(byte* data, nint length)
    {
        for (nint at = 0; at < length; at++)
        {
            if (data[at] != 0)
            {
                return false;
            }
        }

        return true;
    }

    /// <summary>
    /// Most buffers that aren't zero show it in their first bytes. Behind them eight registers are joined before one test, from a boundary of
    /// the register on: a load across two cache lines costs two.
    /// </summary>
    private static bool Wide<TOne>(byte* data, nint length, bool far)
        where TOne : struct, IRaidBlock<TOne>
    {
        if (!TOne.Load(data).IsZero)
        {
            return false;
        }

        var at = TOne.Width - ((nint)data & (TOne.Width - 1));
        at = far
            ? Skip<Pair<Pair<TOne>>, FarAccess>(data, at, length)
            : Skip<Pair<Pair<Pair<TOne>>>, NearAccess>(data, at, length);
        at = Skip<TOne, NearAccess>(data, at, length);
        return at > length - TOne.Width && TOne.Load(data + length - TOne.Width).IsZero;
    }

    /// <summary>
    /// Where the first block begins that isn't zero, or that would reach past the end. There is one source only, so it is asked for a step earlier
    /// than those of parity.
    /// </summary>
    private static nint Skip<TBlock, TAccess>(byte* data, nint at, nint length)
        where TBlock : struct, IRaidBlock<TBlock>
        where TAccess : struct, IMemoryAccess
    {
        for (; at <= length - TBlock.Width; at += TBlock.Width)
        {
            TAccess.Prefetch(data + at + TBlock.Width, TBlock.Width);
            if (!TBlock.Load(data + at).IsZero)
            {
                break;
            }
        }

        return at;
    }
}
