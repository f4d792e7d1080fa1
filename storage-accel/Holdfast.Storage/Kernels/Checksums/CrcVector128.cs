using System.Runtime.Intrinsics;
using Holdfast.Storage.Checksums;

namespace Holdfast.Storage.Kernels.Checksums;

/// <summary>Any CRC by folding 64 bytes a step: four multiplications are under way at once.</summary>
internal sealed unsafe class CrcVector128<TOrder>(CrcParameters parameters) : CrcKernel
    where TOrder : struct, IByteOrder
{
    private readonly FoldConstants constants = new(parameters.Ring);

    public override ulong Append(ulong register, byte* data, nint length) =>
        parameters.FromRing(AppendToRing(constants, parameters.ToRing(register), data, length));

    public static ulong AppendToRing(FoldConstants constants, ulong register, byte* data, nint length)
    {
        if (length < 16)
        {
            return FoldTail<TOrder>.Short(constants, register, data, length);
        }

        var first = FoldTail<TOrder>.Load(data) ^ Vector128.CreateScalar(register);
        if (length < 128)
        {
            return FoldTail<TOrder>.Finish(constants, first, data + 16, length - 16);
        }

        var second = FoldTail<TOrder>.Load(data + 16);
        var third = FoldTail<TOrder>.Load(data + 32);
        var fourth = FoldTail<TOrder>.Load(data + 48);
        for (data += 64, length -= 64; length >= 64; data += 64, length -= 64)
        {
            first = CarryLess.Fold(first, constants.By64, FoldTail<TOrder>.Load(data));
            second = CarryLess.Fold(second, constants.By64, FoldTail<TOrder>.Load(data + 16));
            third = CarryLess.Fold(third, constants.By64, FoldTail<TOrder>.Load(data + 32));
            fourth = CarryLess.Fold(fourth, constants.By64, FoldTail<TOrder>.Load(data + 48));
        }

        second = CarryLess.Fold(first, constants.By16, second);
        third = CarryLess.Fold(second, constants.By16, third);
        return FoldTail<TOrder>.Finish(constants, CarryLess.Fold(third, constants.By16, fourth), data, length);
    }
}
