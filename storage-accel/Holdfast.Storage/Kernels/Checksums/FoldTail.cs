using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace Holdfast.Storage.Kernels.Checksums;

/// <summary>What all folding kernels do with the bytes that fill no vector.</summary>
internal static unsafe class FoldTail<TOrder>
    where TOrder : struct, IByteOrder
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<ulong> Load(byte* data) => TOrder.Reflect(Vector128.Load(data).AsUInt64());

    /// <summary>The register that the 16 bytes and those behind them leave.</summary>
    /// <param name="bytes">What everything before <paramref name="data"/> was folded into.</param>
    /// <param name="data">Behind at least 16 bytes of the same message.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ulong Finish(FoldConstants constants, Vector128<ulong> bytes, byte* data, nint length)
    {
        for (; length >= 16; length -= 16, data += 16)
        {
            bytes = CarryLess.Fold(bytes, constants.By16, Load(data));
        }

        if (length != 0)
        {
            bytes = FoldLast(constants, bytes, data, length);
        }

        return constants.Reduce(bytes);
    }

    /// <summary>The register after fewer than 16 bytes.</summary>
    /// <param name="register">As a remainder in the ring.</param>
    public static ulong Short(FoldConstants constants, ulong register, byte* data, nint length)
    {
        if (length == 0)
        {
            return register;
        }

        // The register meets the first eight bytes; the last byte then has to be the last of 16. What of the register no byte met moves up.
        var (low, high) = length < 8 ? (LoadUpTo7(data, length), 0) : LoadUpTo15(data, length);
        var bytes = TOrder.Reflect(Vector128.Create(low, high)) ^ Vector128.CreateScalar(register);
        var moved = new UInt128(bytes.GetElement(1), bytes.ToScalar()) << (int)(8 * (16 - length));
        var unmet = length < 8 ? register >> (int)(8 * length) : 0;
        return constants.Reduce(Vector128.Create((ulong)moved, (ulong)(moved >> 64))) ^ unmet;
    }

    /// <summary>As many bytes as come now are folded away in front: they move 16 bytes on.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector128<ulong> FoldLast(FoldConstants constants, Vector128<ulong> bytes, byte* data, nint length)
    {
        // An index outside 0 to 15 gives zero; those of up that are outside have their highest bit set, as every native shuffle wants it.
        var up = Vector128<byte>.Indices + Vector128.Create((byte)(length - 16));
        var down = Vector128<byte>.Indices + Vector128.Create((byte)length);
        var front = Vector128.ShuffleNative(bytes.AsByte(), up).AsUInt64();
        var rest = Vector128.Shuffle(bytes.AsByte(), down).AsUInt64();
        var isNew = Vector128.LessThan(up, Vector128.Create((byte)16)).AsUInt64();
        return CarryLess.Fold(front, constants.By16, rest | (Load(data + length - 16) & isNew));
    }

    /// <summary>Two loads that overlap, the second shifted clear of the first.</summary>
    private static (ulong Low, ulong High) LoadUpTo15(byte* data, nint length)
    {
        var last = Unsafe.ReadUnaligned<ulong>(data + length - 8);
        return (Unsafe.ReadUnaligned<ulong>(data), length == 8 ? 0 : last >> (int)(8 * (16 - length)));
    }

    private static ulong LoadUpTo7(byte* data, nint length)
    {
        if (length >= 4)
        {
            ulong last = Unsafe.ReadUnaligned<uint>(data + length - 4);
            return Unsafe.ReadUnaligned<uint>(data) | (last << (int)(8 * (length - 4)));
        }

        // One, two or three bytes: first, middle and last are all there are, some of them twice.
        return *data
            | ((ulong)data[length >> 1] << (int)(8 * (length >> 1)))
            | ((ulong)data[length - 1] << (int)(8 * (length - 1)));
    }
}
