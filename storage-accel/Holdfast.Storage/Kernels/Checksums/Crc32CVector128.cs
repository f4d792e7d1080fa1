using Holdfast.Storage.Checksums;

namespace Holdfast.Storage.Kernels.Checksums;

/// <summary>CRC-32C by eight chains of the instruction, in long blocks and then in short ones.</summary>
internal sealed unsafe class Crc32CVector128(CrcParameters parameters) : CrcKernel
{
    private readonly Crc32CChains.Constants @long = new(parameters.Ring, words: 128);
    private readonly Crc32CChains.Constants @short = new(parameters.Ring, words: 8);

    public static bool IsSupported => Crc32CInstruction.IsSupported;

    public override ulong Append(ulong register, byte* data, nint length)
    {
        if (CarryLess.IsSupported)
        {
            register = AppendBlocks(@long, register, ref data, ref length);
            register = AppendBlocks(@short, register, ref data, ref length);
        }

        return Crc32CInstruction.AppendShort(register, data, length);
    }

    private static ulong AppendBlocks(Crc32CChains.Constants block, ulong register, ref byte* data, ref nint length)
    {
        for (; length >= block.Bytes; length -= block.Bytes, data += block.Bytes)
        {
            register = Crc32CChains.Start(register).Append(data, block.Stretch, block.Words).Join(block);
        }

        return register;
    }
}
