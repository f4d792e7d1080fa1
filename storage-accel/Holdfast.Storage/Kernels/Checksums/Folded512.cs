using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace Holdfast.Storage.Kernels.Checksums;

/// <summary>256 bytes of a message in four registers, which what comes behind them is folded onto.</summary>
internal readonly unsafe struct Folded512<TOrder>(
    Vector512<ulong> first,
    Vector512<ulong> second,
    Vector512<ulong> third,
    Vector512<ulong> fourth
)
    where TOrder : struct, IWideByteOrder
{
    private readonly Vector512<ulong> first = first;
    private readonly Vector512<ulong> second = second;
    private readonly Vector512<ulong> third = third;
    private readonly Vector512<ulong> fourth = fourth;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Folded512<TOrder> Load(byte* data) =>
        new(LoadVector(data), LoadVector(data + 64), LoadVector(data + 128), LoadVector(data + 192));

    /// <summary>Asks for 256 bytes, which should lie inside the message.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Prefetch(byte* data)
    {
        Sse.Prefetch0(data);
        Sse.Prefetch0(data + 64);
        Sse.Prefetch0(data + 128);
        Sse.Prefetch0(data + 192);
    }

    /// <summary>With the register added to the first bytes.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public Folded512<TOrder> Add(ulong register) =>
        new(first ^ Vector512.CreateScalar(register), second, third, fourth);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public Folded512<TOrder> Fold(Vector512<ulong> constant, Folded512<TOrder> onto) =>
        new(
            FoldVector(first, constant, onto.first),
            FoldVector(second, constant, onto.second),
            FoldVector(third, constant, onto.third),
            FoldVector(fourth, constant, onto.fourth)
        );

    /// <summary>All of it and the bytes behind it, up to those that fill no vector of 16, which are left.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public Vector128<ulong> Finish(WideFoldConstants constants, ref byte* data, ref nint length)
    {
        var lower = FoldVector(first, constants.By128, third);
        var upper = FoldVector(second, constants.By128, fourth);
        if (length >= 128)
        {
            lower = FoldVector(lower, constants.By128, LoadVector(data));
            upper = FoldVector(upper, constants.By128, LoadVector(data + 64));
            data += 128;
            length -= 128;
        }

        var last = FoldVector(lower, constants.By64, upper);
        if (length >= 64)
        {
            last = FoldVector(last, constants.By64, LoadVector(data));
            data += 64;
            length -= 64;
        }

        // The last 16 bytes stay where they are: their constant is zero.
        var lanes = FoldVector(last, constants.ToLastLane, Vector512<ulong>.Zero);
        var half = lanes.GetLower() ^ lanes.GetUpper();
        return half.GetLower() ^ half.GetUpper() ^ last.GetUpper().GetUpper();
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<ulong> LoadVector(byte* data) => TOrder.Reflect(Vector512.Load(data).AsUInt64());

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<ulong> FoldVector(
        Vector512<ulong> moved,
        Vector512<ulong> constant,
        Vector512<ulong> onto
    ) =>
        Pclmulqdq.V512.CarrylessMultiply(moved, constant, 0x00)
        ^ Pclmulqdq.V512.CarrylessMultiply(moved, constant, 0x11)
        ^ onto;
}
