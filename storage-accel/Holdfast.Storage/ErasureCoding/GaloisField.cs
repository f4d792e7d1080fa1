namespace Holdfast.Storage.ErasureCoding;

/// <summary>
/// The field GF(2⁸) with the polynomial x⁸ + x⁴ + x³ + x² + 1 (0x11D) and the generator 2, as ISA-L, PAR2 and Linux' RAID-6 use it.
/// Addition and subtraction are XOR.
/// </summary>
public static class GaloisField
{
    public const int Polynomial = 0x11D;

    /// <summary>How many elements there are.</summary>
    public const int Size = 256;

    /// <summary>The multiplicative group: powers of the generator repeat after this many.</summary>
    private const int Order = Size - 1;

    private static readonly byte[] Exponentials = Powers();
    private static readonly byte[] Logarithms = Inverted(Exponentials);

    public static byte Multiply(byte a, byte b) =>
        a == 0 || b == 0 ? (byte)0 : Exponentials[Logarithms[a] + Logarithms[b]];

    /// <exception cref="DivideByZeroException"><paramref name="divisor"/> is 0.</exception>
    public static byte Divide(byte dividend, byte divisor) => Multiply(dividend, Inverse(divisor));

    /// <exception cref="DivideByZeroException"><paramref name="a"/> is 0.</exception>
    public static byte Inverse(byte a) =>
        a == 0 ? throw new DivideByZeroException("0 has no inverse in GF(2⁸).") : Exponentials[Order - Logarithms[a]];

    /// <param name="exponent">Any integer; a⁰ is 1, also for a = 0.</param>
    /// <exception cref="DivideByZeroException">0 to a negative power.</exception>
    public static byte Power(byte a, int exponent)
    {
        if (exponent == 0)
        {
            return 1;
        }

        if (a == 0)
        {
            return exponent > 0 ? (byte)0 : Inverse(a);
        }

        var logarithm = (long)Logarithms[a] * exponent % Order;
        return Exponentials[logarithm < 0 ? logarithm + Order : logarithm];
    }

    /// <summary>Twice over, so that the sum of two logarithms needs no reduction.</summary>
    private static byte[] Powers()
    {
        var powers = new byte[2 * Order];
        var element = 1;
        for (var i = 0; i < Order; i++)
        {
            powers[i] = powers[i + Order] = (byte)element;
            element <<= 1;
            element ^= element >= Size ? Polynomial : 0;
        }

        return powers;
    }

    private static byte[] Inverted(byte[] powers)
    {
        var logarithms = new byte[Size];
        for (var i = 0; i < Order; i++)
        {
            logarithms[powers[i]] = (byte)i;
        }

        return logarithms;
    }
}
