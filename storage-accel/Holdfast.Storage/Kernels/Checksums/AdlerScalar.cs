namespace Holdfast.Storage.Kernels.Checksums;

/// <summary>Adler-32 as RFC 1950 §8.2 defines it, with the remainder taken only when a sum could overflow.</summary>
internal sealed unsafe class AdlerScalar : AdlerKernel
{
    public const uint Modulus = 65521;

    /// <summary>The most bytes of 255 after which the second sum, begun at its largest, still fits 32 bits (RFC 1950 §9).</summary>
    private const int RunMax = 5552;

    public override uint Append(uint checksum, byte* data, nint length)
    {
        var first = checksum & 0xFFFF;
        var second = checksum >> 16;
        while (length > 0)
        {
            var end = data + Math.Min(length, RunMax);
            length -= (nint)(end - data);
            for (; data < end; data++)
            {
                first += *data;
                second += first;
            }

            first %= Modulus;
            second %= Modulus;
        }

        return (second << 16) | first;
    }
}
