using System.Runtime.Intrinsics;

namespace Holdfast.Storage.Kernels.Checksums;

/// <summary>
/// Adds up columns of 16 bits, and the columns' running totals; weights are applied once at the end. Nothing but widening and adding, which every
/// 128-bit instruction set has.
/// </summary>
internal readonly unsafe struct AdlerVector128 : IAdlerLanes
{
    public static int Width => 16;

    /// <summary>A running total of n bytes of 255 reaches 255 · n · (n - 1) / 2, which with 22 vectors still fits 16 bits.</summary>
    public static int LengthMax => 22 * 16;

    public static AdlerSums Sum(byte* data, nint length)
    {
        var lower = Vector128<ushort>.Zero;
        var upper = Vector128<ushort>.Zero;
        var lowerTotals = Vector128<ushort>.Zero;
        var upperTotals = Vector128<ushort>.Zero;
        for (var end = data + length; data < end; data += 16)
        {
            var bytes = Vector128.Load(data);
            lowerTotals += lower;
            upperTotals += upper;
            lower += Vector128.WidenLower(bytes);
            upper += Vector128.WidenUpper(bytes);
        }

        var weighted =
            Weigh(lower, Vector128.Create(16u, 15, 14, 13), Vector128.Create(12u, 11, 10, 9))
            + Weigh(upper, Vector128.Create(8u, 7, 6, 5), Vector128.Create(4u, 3, 2, 1));
        var one = Vector128<uint>.One;
        var before = Weigh(lowerTotals, one, one) + Weigh(upperTotals, one, one);
        var sums = Weigh(lower, one, one) + Weigh(upper, one, one);
        return new AdlerSums(Vector128.Sum(sums), Vector128.Sum(weighted + (before << 4)));
    }

    private static Vector128<uint> Weigh(Vector128<ushort> columns, Vector128<uint> first, Vector128<uint> second) =>
        (Vector128.WidenLower(columns) * first) + (Vector128.WidenUpper(columns) * second);
}
