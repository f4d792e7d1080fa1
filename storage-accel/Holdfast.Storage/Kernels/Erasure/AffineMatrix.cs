using System.Buffers.Binary;
using Holdfast.Storage.ErasureCoding;

namespace Holdfast.Storage.Kernels.Erasure;

/// <summary>
/// Multiplication by a constant is linear over GF(2): an 8 × 8 bit matrix, as <c>GF2P8AFFINEQB</c> takes it. Byte 7 − i of the word is the row that
/// gives bit i of the product (Intel's manual, volume 2, GF2P8AFFINEQB).
/// </summary>
internal static class AffineMatrix
{
    public const int Size = 8;

    public static ulong Of(byte factor)
    {
        ulong matrix = 0;
        for (var input = 0; input < 8; input++)
        {
            var product = GaloisField.Multiply(factor, (byte)(1 << input));
            for (var output = 0; output < 8; output++)
            {
                matrix |= (ulong)((product >> output) & 1) << ((8 * (7 - output)) + input);
            }
        }

        return matrix;
    }

    public static void Write(byte factor, Span<byte> destination) =>
        BinaryPrimitives.WriteUInt64LittleEndian(destination, Of(factor));
}
