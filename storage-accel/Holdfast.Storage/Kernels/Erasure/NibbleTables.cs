using Holdfast.Storage.ErasureCoding;

namespace Holdfast.Storage.Kernels.Erasure;

/// <summary>
/// A product as the sum of two look-ups of 16 entries each, one for either half of the byte: what a byte shuffle does for a whole vector
/// at once.
/// </summary>
internal static class NibbleTables
{
    /// <summary>16 products of the low halves 0x00 to 0x0F, then 16 of the high halves 0x00 to 0xF0.</summary>
    public const int Size = 32;

    public static void Write(byte factor, Span<byte> destination)
    {
        for (var nibble = 0; nibble < 16; nibble++)
        {
            destination[nibble] = GaloisField.Multiply(factor, (byte)nibble);
            destination[16 + nibble] = GaloisField.Multiply(factor, (byte)(nibble << 4));
        }
    }
}
