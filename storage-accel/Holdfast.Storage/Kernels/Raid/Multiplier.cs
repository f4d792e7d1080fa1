using System.Runtime.Intrinsics;
using Holdfast.Storage.ErasureCoding;

namespace Holdfast.Storage.Kernels.Raid;

/// <summary>A factor in the forms in which the tiers multiply by it.</summary>
internal readonly struct Multiplier
{
    public Multiplier(byte factor)
    {
        Factor = factor;
        for (var digit = 0; digit < 16; digit++)
        {
            Low = Low.WithElement(digit, GaloisField.Multiply(factor, (byte)digit));
            High = High.WithElement(digit, GaloisField.Multiply(factor, (byte)(digit << 4)));
        }

        Affine = AffineOf(factor);
    }

    public byte Factor { get; }

    /// <summary>The products of the 16 low half bytes.</summary>
    public Vector128<byte> Low { get; }

    /// <summary>The products of the 16 high half bytes.</summary>
    public Vector128<byte> High { get; }

    /// <summary>The bit matrix of GFNI: its highest byte gives the lowest bit of the product.</summary>
    public ulong Affine { get; }

    private static ulong AffineOf(byte factor)
    {
        ulong matrix = 0;
        for (var column = 0; column < 8; column++)
        {
            var product = GaloisField.Multiply(factor, (byte)(1 << column));
            for (var bit = 0; bit < 8; bit++)
            {
                matrix |= (ulong)((product >> bit) & 1) << ((8 * (7 - bit)) + column);
            }
        }

        return matrix;
    }
}
