using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace Holdfast.Storage.Kernels.Checksums;

/// <summary>Sums eight bytes at a time by their differences to zero, and weighs them by multiplying and adding pairs.</summary>
internal readonly unsafe struct AdlerAvx2 : IAdlerLanes
{
    public static int Width => 32;

    /// <summary>A weighted lane takes up to 4 · 255 · 32 from each vector, in 31 bits.</summary>
    public static int LengthMax => 1 << 20;

    public static AdlerSums Sum(byte* data, nint length)
    {
        var weights = Vector256.CreateSequence<sbyte>(32, -1);
        var bytes = Vector256<ulong>.Zero;
        var before = Vector256<ulong>.Zero;
        var weighted = Vector256<int>.Zero;
        for (var end = data + length; data < end; data += 32)
        {
            var vector = Vector256.Load(data);
            before += bytes;
            bytes += Avx2.SumAbsoluteDifferences(vector, Vector256<byte>.Zero).AsUInt64();
            var pairs = Avx2.MultiplyAddAdjacent(vector, weights);
            weighted += Avx2.MultiplyAddAdjacent(pairs, Vector256<short>.One);
        }

        var (lower, upper) = Vector256.Widen(weighted.AsUInt32());
        return new AdlerSums(Vector256.Sum(bytes), Vector256.Sum((before << 5) + lower + upper));
    }
}
