using System.Buffers.Binary;
using System.Runtime.CompilerServices;

namespace Holdfast.Storage.Kernels.Checksums;

internal static class Bits
{
    /// <summary>The lowest bit becomes the highest.</summary>
    public static ulong Reverse(ulong value) => BinaryPrimitives.ReverseEndianness(ReverseInBytes(value));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static ulong ReverseInBytes(ulong value)
    {
        value = ((value >> 1) & 0x5555_5555_5555_5555) | ((value & 0x5555_5555_5555_5555) << 1);
        value = ((value >> 2) & 0x3333_3333_3333_3333) | ((value & 0x3333_3333_3333_3333) << 2);
        return ((value >> 4) & 0x0F0F_0F0F_0F0F_0F0F) | ((value & 0x0F0F_0F0F_0F0F_0F0F) << 4);
    }
}
