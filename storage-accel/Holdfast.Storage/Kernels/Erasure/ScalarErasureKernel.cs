using System.Runtime.InteropServices;
using Holdfast.Storage.ErasureCoding;

namespace Holdfast.Storage.Kernels.Erasure;

/// <summary>A table of all products and one byte at a time: the oracle of the other kernels.</summary>
internal sealed unsafe class ScalarErasureKernel : ErasureKernel
{
    private static readonly byte[] Products = AllProducts();

    public static ScalarErasureKernel Instance { get; } = new();

    public override int CoefficientSize => 1;

    public override bool TransformsCauchy => false;

    public override void WriteCoefficient(byte factor, Span<byte> destination) => destination[0] = factor;

    public override void Run(in RowWork work, MemoryPath path)
    {
        for (var row = 0; row < work.Group.Rows; row++)
        {
            var output = work.Outputs[row];
            if (!work.Accumulate)
            {
                NativeMemory.Clear(output, (nuint)work.Length);
            }

            var coefficients = work.Coefficients + row;
            for (var source = work.SourceCount - 1; source >= 0; source--)
            {
                Add(output, work.Sources[source], work.Length, *coefficients);
                coefficients += work.Group.Rows;
            }
        }
    }

    private static void Add(byte* sums, byte* source, nint length, byte factor)
    {
        var products = Products.AsSpan(factor * GaloisField.Size, GaloisField.Size);
        for (nint i = 0; i < length; i++)
        {
            sums[i] ^= products[source[i]];
        }
    }

    private static byte[] AllProducts()
    {
        var products = new byte[GaloisField.Size * GaloisField.Size];
        for (var i = 0; i < products.Length; i++)
        {
            products[i] = GaloisField.Multiply((byte)(i / GaloisField.Size), (byte)i);
        }

        return products;
    }
}
