using System.Numerics;
using Holdfast.Storage.ErasureCoding;

namespace Holdfast.Storage.Kernels.Erasure;

/// <summary>
/// <para>
/// The constants with which a block of a Cauchy matrix is multiplied in fewer products than it has elements. Rows k + r and sources j that
/// both lie in aligned groups of T = 2, 4 or 8 meet in a square whose elements are 1 / (β ⊕ r ⊕ u), where r and u count inside the groups and β = row group ⊕ source
/// group. Multiplying by that square means: interpolate a polynomial through the T sources as values on the coset β + V, evaluate it on
/// V = {0 … T − 1}, and divide by a constant. Both steps are additive Fourier transforms in the basis of Lin, Chung and Han ("Novel polynomial basis and its
/// application to Reed–Solomon erasure codes", FOCS 2014).
/// </para>
/// <para>
/// The evaluation is the same for all source groups, so it is done once at the end, on the sums. What remains per source group is 3, 8 and 20 products for
/// T = 2, 4 and 8, instead of 4, 16 and 64. The result is the same byte for byte.
/// </para>
/// </summary>
internal static class CauchyTransform
{
    public const int SizeMax = 8;

    /// <summary>The largest group whose sources come out even, and which isn't mostly unused by the rows that are left.</summary>
    /// <returns>1 where rows of their own are as good.</returns>
    public static int SizeFor(int sources, int rows)
    {
        var size = Math.Min(SizeMax, (int)BitOperations.RoundUpToPowerOf2((uint)rows));
        while (sources % size != 0)
        {
            size /= 2;
        }

        return size;
    }

    /// <summary>The constants of one source group: those of the butterflies from the smallest on, then the scale, then the scale times the last butterfly's.</summary>
    /// <param name="beta">Row group ⊕ source group; a multiple of <paramref name="size"/>, not 0.</param>
    public static IEnumerable<byte> Turn(int size, int beta)
    {
        var levels = BitOperations.Log2((uint)size);
        for (var level = 0; level < levels - 1; level++)
        {
            for (var block = 0; block < size >> (level + 1); block++)
            {
                yield return Normalised(level, beta ^ (block << (level + 1)));
            }
        }

        var scale = GaloisField.Divide(ProductOfGroup(size), Vanishing(levels, beta));
        yield return scale;
        yield return GaloisField.Multiply(scale, Normalised(levels - 1, beta));
    }

    /// <summary>The constants of the evaluation at the end. The first block of each level has the constant 0, which is left out.</summary>
    public static IEnumerable<byte> Closing(int size)
    {
        for (var level = BitOperations.Log2((uint)size) - 1; level >= 0; level--)
        {
            for (var block = 1; block < size >> (level + 1); block++)
            {
                yield return Normalised(level, block << (level + 1));
            }
        }
    }

    /// <summary>The polynomial that is zero on {0 … 2^level − 1}.</summary>
    private static byte Vanishing(int level, int x)
    {
        byte product = 1;
        for (var root = 0; root < 1 << level; root++)
        {
            product = GaloisField.Multiply(product, (byte)(x ^ root));
        }

        return product;
    }

    /// <summary>The same, scaled to be 1 at 2^level.</summary>
    private static byte Normalised(int level, int x) =>
        GaloisField.Divide(Vanishing(level, x), Vanishing(level, 1 << level));

    private static byte ProductOfGroup(int size)
    {
        byte product = 1;
        for (var element = 1; element < size; element++)
        {
            product = GaloisField.Multiply(product, (byte)element);
        }

        return product;
    }
}
