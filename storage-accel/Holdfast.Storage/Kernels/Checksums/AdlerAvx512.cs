using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace Holdfast.Storage.Kernels.Checksums;

/// <summary>As <see cref="AdlerAvx2"/>, in vectors twice as long.</summary>
internal readonly unsafe struct AdlerAvx512 : IAdlerLanes
{
    public static int Width => 64;

    /// <summary>A weighted lane takes up to 4 · 255 · 64 from each vector, in 31 bits.</summary>
    public static int LengthMax => 1 << 20;

    public static AdlerSums Sum(byte* data, nint length)
    {
        var weights = Vector512.CreateSequence<sbyte>(64, -1);
        var bytes = Vector512<ulong>.Zero;
        var before = Vector512<ulong>.Zero;
        var weighted = Vector512<int>.Zero;
        for (var end = data + length; data < end; data += 64)
        {
            var vector = Vector512.Load(data);
            before += bytes;
            bytes += Avx512BW.SumAbsoluteDifferences(vector, Vector512<byte>.Zero).AsUInt64();
            var pairs = Avx512BW.MultiplyAddAdjacent(vector, weights);
            weighted += Avx512BW.MultiplyAddAdjacent(pairs, Vector512<short>.One);
        }

        var (lower, upper) = Vector512.Widen(weighted.AsUInt32());
        return new AdlerSums(Vector512.Sum(bytes), Vector512.Sum((before << 6) + lower + upper));
    }
}
