using Holdfast.Storage.Kernels;
using Holdfast.Storage.Kernels.Checksums;

namespace Holdfast.Storage.Checksums;

/// <summary>
/// Adler-32 of zlib (RFC 1950 §8): two sums modulo 65521, and so weak for short messages. ISA-L's <c>isal_adler32</c>. Of nothing it is 1, of
/// "123456789" 0x091E01DE.
/// </summary>
public struct Adler32 : IChecksum<Adler32, uint>
{
    private const uint OfNothing = 1;

    // Chosen by the first use: in the type's initializer, what is wrong with HOLDFAST_KERNEL would be hidden in another exception.
    private static AdlerKernel? kernel;

    /// <summary>So that the default value is that of nothing.</summary>
    private uint difference;

    private static AdlerKernel Kernel => kernel ??= AdlerKernel.For(KernelSelector.Tier);

    /// <inheritdoc/>
    public readonly uint Value => difference ^ OfNothing;

    /// <inheritdoc/>
    public static uint Compute(ReadOnlySpan<byte> data) => Append(Kernel, OfNothing, data);

    /// <inheritdoc/>
    public static uint Combine(uint first, uint second, long secondLength)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(secondLength);
        ulong sum = first & 0xFFFF;
        ulong secondSum = second & 0xFFFF;

        // The second message began with 1 where it now begins with the first one's sum: each of its bytes counted the difference once.
        var shift = (sum + AdlerScalar.Modulus - OfNothing) % AdlerScalar.Modulus;
        var moved = (ulong)secondLength % AdlerScalar.Modulus * shift;
        var low = (secondSum + shift) % AdlerScalar.Modulus;
        var high = ((first >> 16) + (second >> 16) + moved) % AdlerScalar.Modulus;
        return (uint)((high << 16) | low);
    }

    /// <inheritdoc/>
    public void Append(ReadOnlySpan<byte> data) => difference = Append(Kernel, Value, data) ^ OfNothing;

    /// <inheritdoc/>
    public void Reset() => difference = 0;

    internal static unsafe uint Append(AdlerKernel kernel, uint checksum, ReadOnlySpan<byte> data)
    {
        fixed (byte* bytes = data)
        {
            return kernel.Append(checksum, bytes, data.Length);
        }
    }
}
