using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;
using ArmCrc32 = System.Runtime.Intrinsics.Arm.Crc32;

namespace Holdfast.Storage.Kernels.Checksums;

/// <summary>The instruction for CRC-32C: SSE4.2's crc32, or ARM's crc32c.</summary>
internal static unsafe class Crc32CInstruction
{
    public static bool IsSupported => Sse42.X64.IsSupported || ArmCrc32.Arm64.IsSupported;

    /// <summary>The register after eight bytes more. It is 32 bits wide; the upper half is zero.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ulong Append(ulong register, ulong bytes) =>
        Sse42.X64.IsSupported ? Sse42.X64.Crc32(register, bytes) : ArmCrc32.Arm64.ComputeCrc32C((uint)register, bytes);

    /// <summary>The register that 16 bytes leave an empty one with.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ulong Reduce(Vector128<ulong> bytes) => Append(Append(0, bytes.ToScalar()), bytes.GetElement(1));

    /// <summary>One instruction waits for the other: for a few dozen bytes only.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ulong AppendShort(ulong register, byte* data, nint length)
    {
        for (; length >= 8; length -= 8, data += 8)
        {
            register = Append(register, Unsafe.ReadUnaligned<ulong>(data));
        }

        var narrow = (uint)register;
        if ((length & 4) != 0)
        {
            var bytes = Unsafe.ReadUnaligned<uint>(data);
            narrow = Sse42.IsSupported ? Sse42.Crc32(narrow, bytes) : ArmCrc32.ComputeCrc32C(narrow, bytes);
            data += 4;
        }

        for (length &= 3; length > 0; length--, data++)
        {
            narrow = Sse42.IsSupported ? Sse42.Crc32(narrow, *data) : ArmCrc32.ComputeCrc32C(narrow, *data);
        }

        return narrow;
    }
}
