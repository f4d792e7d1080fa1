using Holdfast.Storage.Kernels;
using Holdfast.Storage.Kernels.Zero;

namespace Holdfast.Storage;

/// <summary>Finds blocks that need no storing because they hold nothing but zeros, as ISA-L's <c>isal_zero_detect</c> does.</summary>
public static class ZeroDetection
{
    /// <summary>Whether all bytes are zero; so of no bytes. Reads no further than the first that isn't, give or take a few hundred bytes.</summary>
    public static bool IsZero(ReadOnlySpan<byte> data, DataLocality locality = DataLocality.Automatic) =>
        IsZero(data, locality, KernelSelector.Tier);

    internal static unsafe bool IsZero(ReadOnlySpan<byte> data, DataLocality locality, KernelTier tier)
    {
        var far = locality switch
        {
            DataLocality.Streamed => true,
            DataLocality.Cached => false,
            _ => data.Length > CacheSizes.Near,
        };
        fixed (byte* address = data)
        {
            return ZeroKernel.IsZero(address, data.Length, far, tier);
        }
    }
}
