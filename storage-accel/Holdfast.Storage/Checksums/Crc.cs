using Holdfast.Storage.Kernels;
using Holdfast.Storage.Kernels.Checksums;

namespace Holdfast.Storage.Checksums;

/// <summary>Any CRC on any tier: the public ones are each one of these with a type of their own.</summary>
internal sealed class Crc
{
    private readonly CrcParameters parameters;
    private readonly ulong inversion;

    // Chosen by the first use: in a type's initializer, what is wrong with HOLDFAST_KERNEL would be hidden in another exception.
    private CrcKernel? kernel;

    public Crc(CrcParameters parameters) => (this.parameters, inversion) = (parameters, parameters.Inversion);

    public Crc(CrcParameters parameters, KernelTier tier)
        : this(parameters, CrcKernel.For(tier, parameters)) { }

    public Crc(CrcParameters parameters, CrcKernel kernel)
        : this(parameters) => this.kernel = kernel;

    /// <param name="checksum">Of what came before, 0 for nothing.</param>
    public unsafe ulong Append(ulong checksum, ReadOnlySpan<byte> data)
    {
        fixed (byte* bytes = data)
        {
            return (kernel ?? Choose()).Append(checksum ^ inversion, bytes, data.Length) ^ inversion;
        }
    }

    /// <summary>
    /// Appending n bytes multiplies the remainder by x^8n and adds what the bytes give by themselves. The inversions cancel out: both checksums
    /// carry the one at the end, and the second one the start's.
    /// </summary>
    public ulong Combine(ulong first, ulong second, long secondLength)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(secondLength);
        var ring = parameters.Ring;
        var moved = ring.Multiply(parameters.ToRing(first), ring.PowerOfX((UInt128)(ulong)secondLength * 8));
        return parameters.FromRing(moved) ^ second;
    }

    private CrcKernel Choose() => kernel = CrcKernel.For(KernelSelector.Tier, parameters);
}
