namespace Holdfast.Storage.Kernels.Checksums;

/// <summary>What Adler-32 needs to know of some bytes.</summary>
/// <param name="Bytes">Their sum.</param>
/// <param name="Weighted">Their sum, each times the number of bytes from it to the end.</param>
internal readonly record struct AdlerSums(ulong Bytes, ulong Weighted);

internal unsafe interface IAdlerLanes
{
    /// <summary>The lengths that it can sum are multiples of this.</summary>
    static abstract int Width { get; }

    /// <summary>The longest that it can sum.</summary>
    static abstract int LengthMax { get; }

    static abstract AdlerSums Sum(byte* data, nint length);
}

/// <summary>
/// Adler-32 by vectors. Bytes b(0) to b(n-1) add their sum to its first half, and to its second n times what the first half was and the sum of
/// (n - i) · b(i), so that many bytes can be summed at once.
/// </summary>
internal sealed unsafe class AdlerVectors<TLanes> : AdlerKernel
    where TLanes : struct, IAdlerLanes
{
    private readonly AdlerScalar rest = new();

    public override uint Append(uint checksum, byte* data, nint length)
    {
        while (length >= TLanes.Width)
        {
            var run = Math.Min(length - (length % TLanes.Width), TLanes.LengthMax);
            var sums = TLanes.Sum(data, run);
            ulong first = checksum & 0xFFFF;
            var second = (checksum >> 16) + ((ulong)run * first) + sums.Weighted;
            first += sums.Bytes;
            checksum = (uint)((second % AdlerScalar.Modulus << 16) | (first % AdlerScalar.Modulus));
            data += run;
            length -= run;
        }

        return rest.Append(checksum, data, length);
    }
}
