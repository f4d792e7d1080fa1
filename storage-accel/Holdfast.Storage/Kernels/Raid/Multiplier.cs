using System.Runtime.Intrinsics;
using Holdfast.Storage.ErasureCoding;
using Holdfast.Storage.Kernels.Erasure;

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

        Affine = AffineMatrix.Of(factor);
    }

    public byte Factor { get; }

    /// <summary>The products of the 16 low half bytes.</summary>
    public Vector128<byte> Low { get; }

    /// <summary>The products of the 16 high half bytes.</summary>
    public Vector128<byte> High { get; }

    /// <summary><see cref="AffineMatrix"/>.</summary>
    public ulong Affine { get; }
}
