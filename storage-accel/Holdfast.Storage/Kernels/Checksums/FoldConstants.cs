using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace Holdfast.Storage.Kernels.Checksums;

/// <summary>
/// What folding multiplies with, computed from the generator. Folding (Gopal and others, "Fast CRC Computation for Generic Polynomials Using
/// PCLMULQDQ", 2009) replaces 16 bytes of a message that have n bytes behind them by 16 bytes further back with the same remainder: the product
/// of each half with the power of x that it loses.
/// </summary>
internal sealed class FoldConstants
{
    /// <summary>The index that a shuffle puts a zero for.</summary>
    private const ulong OutOfRange = 2;

    private readonly Vector128<ulong> by8;
    private readonly Vector128<ulong> inverse;
    private readonly Vector128<ulong> generator;
    private readonly ulong constantTerm;

    public FoldConstants(PolynomialRing ring)
    {
        By16 = ByBytes(ring, 16);
        By64 = ByBytes(ring, 64);
        by8 = Vector128.CreateScalar(ring.PowerOfX(127));
        inverse = Vector128.CreateScalar(ring.InverseOfGenerator);
        generator = Vector128.CreateScalar((ring.Generator << 1) | 1);
        constantTerm = 0 - (ring.Generator >> 63);
    }

    public Vector128<ulong> By16 { get; }

    public Vector128<ulong> By64 { get; }

    /// <summary>What moves 16 bytes so far. One power less than the distance has, because the product of reflected factors comes out times x.</summary>
    public static Vector128<ulong> ByBytes(PolynomialRing ring, int distance) =>
        Vector128.Create(ring.PowerOfX((UInt128)(8 * distance) + 63), ring.PowerOfX((UInt128)(8 * distance) - 1));

    /// <summary>
    /// The register that 16 bytes leave (Barrett). The inverse lacks its constant term, which never reaches the quotient; the generator lacks its
    /// own, which is added by hand.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public ulong Reduce(Vector128<ulong> bytes)
    {
        var value = CarryLess.Lower(bytes, by8) ^ Vector128.Shuffle(bytes, Vector128.Create(1UL, OutOfRange));
        var quotient = CarryLess.Lower(value, inverse);
        var product = CarryLess.Lower(quotient, generator);
        return (product ^ value).GetElement(1) ^ (quotient.ToScalar() & constantTerm);
    }
}
