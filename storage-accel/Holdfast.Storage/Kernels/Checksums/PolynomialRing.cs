namespace Holdfast.Storage.Kernels.Checksums;

/// <summary>
/// Polynomials over GF(2) modulo one of degree 64, as 64 bits whose lowest is the coefficient of x^63 ("reflected"). Plain integers: start-up
/// computes the constants of the kernels with it, and Combine its powers.
/// </summary>
/// <param name="Generator">What is calculated modulo, without its term x^64.</param>
internal readonly record struct PolynomialRing(ulong Generator)
{
    private const ulong One = 1UL << 63;

    /// <summary>The quotient x^128 / (x^64 + generator) without its constant term, so that its 64 highest coefficients fit.</summary>
    public ulong InverseOfGenerator
    {
        get
        {
            var quotient = 1UL;
            var remainder = Generator;
            for (var bit = 1; bit < 64; bit++)
            {
                quotient |= (remainder & 1) << bit;
                remainder = TimesX(remainder);
            }

            return quotient;
        }
    }

    public ulong Multiply(ulong left, ulong right)
    {
        var product = 0UL;
        for (var bit = One; bit != 0; bit >>= 1)
        {
            product ^= (left & bit) != 0 ? right : 0;
            right = TimesX(right);
        }

        return product;
    }

    public ulong PowerOfX(UInt128 exponent)
    {
        var power = One;
        var square = One >> 1;
        for (; exponent != 0; exponent >>= 1)
        {
            power = (exponent & 1) != 0 ? Multiply(power, square) : power;
            square = Multiply(square, square);
        }

        return power;
    }

    private ulong TimesX(ulong value) => (value >> 1) ^ ((value & 1) != 0 ? Generator : 0);
}
