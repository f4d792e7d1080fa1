using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;
using Holdfast.Storage.Kernels.Raid;

namespace Holdfast.Storage.Kernels.Zero;

/// <summary>Whether a buffer is all zeros, by tier.</summary>
internal static unsafe class ZeroKernel
{
    public static bool IsZero(byte* data, nint length, KernelTier tier) =>
        tier switch
        {
            KernelTier.Vector128 => Narrow(data, length),
            KernelTier.Avx2 or KernelTier.Gfni256 => length < Vector256<byte>.Count
                ? Narrow(data, length)
                : Loop<One<Avx2Raid, Vector256<byte>>>(data, length),
            KernelTier.Avx512 => length < Vector512<byte>.Count
                ? Narrow(data, length)
                : Loop<One<Avx512Raid, Vector512<byte>>>(data, length),
            _ => Scalar(data, length),
        };

    private static bool Narrow(byte* data, nint length) =>
        length < Vector128<byte>.Count ? Scalar(data, length) : Loop<One<Vector128Raid, Vector128<byte>>>(data, length);

    private static bool Scalar(byte* data, nint length)
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
    /// Most buffers that aren't zero show it in their first bytes. After them, the registers of a step are joined before one test, from a boundary
    /// of the register on: a load across two lines costs two.
    /// </summary>
    private static bool Loop<TOne>(byte* data, nint length)
        where TOne : struct, IRaidBlock<TOne>
    {
        if (!TOne.Load(data).IsZero)
        {
            return false;
        }

        var at = TOne.Width - ((nint)data & (TOne.Width - 1));
        for (; at <= length - Pair<Pair<Pair<TOne>>>.Width; at += Pair<Pair<Pair<TOne>>>.Width)
        {
            if (!PrefetchedAccess.Load<Pair<Pair<Pair<TOne>>>>(data + at).IsZero)
            {
                return false;
            }
        }

        for (; at <= length - TOne.Width; at += TOne.Width)
        {
            if (!TOne.Load(data + at).IsZero)
            {
                return false;
            }
        }

        return TOne.Load(data + length - TOne.Width).IsZero;
    }
}
