using Holdfast.Storage.ErasureCoding;
using Holdfast.Testing;
using Xunit;

namespace Holdfast.Storage.Tests.ErasureCoding;

public sealed unsafe class GaloisMatrixTests
{
    [Theory]
    [InlineData(1, 1)]
    [InlineData(4, 2)]
    [InlineData(10, 4)]
    [InlineData(32, 8)]
    [InlineData(128, 127)]
    public void The_parity_rows_are_those_of_ISA_L(int k, int m)
    {
        var isal = IsaL.Require();
        var whole = new byte[(k + m) * k];
        fixed (byte* matrix = whole)
        {
            isal.GenerateCauchy(matrix, k + m, k);
            Assert.Equal(whole[(k * k)..], Elements(GaloisMatrix.Cauchy(k, m)));
            Array.Clear(whole);
            isal.GenerateVandermonde(matrix, k + m, k);
            Assert.Equal(whole[(k * k)..], Elements(GaloisMatrix.Vandermonde(k, m)));
        }
    }

    [Fact]
    public void Inversion_agrees_with_ISA_L_on_random_matrices_singular_ones_included()
    {
        var isal = IsaL.Require();
        var random = new SeededRandom(11);
        var singular = 0;
        for (var round = 0; round < 2000; round++)
        {
            var size = 1 + random.Next(round < 1800 ? 6 : 40);
            // Few different elements make singular matrices frequent.
            var elements = new byte[size * size];
            var variety = random.Next(2) == 0 ? 3 : 256;
            for (var i = 0; i < elements.Length; i++)
            {
                elements[i] = (byte)random.Next(variety);
            }

            var theirs = new byte[size * size];
            var input = elements.ToArray();
            int refused;
            fixed (
                byte* from = input,
                    to = theirs
            )
            {
                refused = isal.InvertMatrix(from, to, size);
            }

            var ours = GaloisMatrix.Create(size, size, elements).TryInvert(out var inverse);
            Assert.Equal(refused == 0, ours);
            singular += ours ? 0 : 1;
            if (inverse is not null)
            {
                Assert.Equal(theirs, Elements(inverse));
            }
        }

        Assert.InRange(singular, 100, 1900);
    }

    [Fact]
    public void A_matrix_times_its_inverse_is_the_identity()
    {
        var matrix = GaloisMatrix.Cauchy(20, 20);
        Assert.True(matrix.TryInvert(out var inverse));
        Assert.Equal(Elements(GaloisMatrix.Identity(20)), Elements(matrix.Multiply(inverse)));
    }

    [Fact]
    public void Shapes_that_do_not_fit_are_refused()
    {
        Assert.Throws<ArgumentException>(() => GaloisMatrix.Create(2, 2, [1, 2, 3]));
        Assert.Throws<ArgumentOutOfRangeException>(() => GaloisMatrix.Create(0, 2, []));
        Assert.Throws<ArgumentException>(() => GaloisMatrix.Identity(2).Multiply(GaloisMatrix.Identity(3)));
        Assert.Throws<InvalidOperationException>(() => GaloisMatrix.Cauchy(3, 2).TryInvert(out _));
    }

    [Theory]
    [InlineData(0, 1)]
    [InlineData(1, 0)]
    [InlineData(-1, -1)]
    [InlineData(200, 56)]
    [InlineData(int.MaxValue, 1)]
    public void Rows_for_shards_that_no_code_has_are_refused(int k, int m)
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => GaloisMatrix.Cauchy(k, m));
        Assert.Throws<ArgumentOutOfRangeException>(() => GaloisMatrix.Vandermonde(k, m));
    }

    [Theory]
    [InlineData(-1)]
    [InlineData(0)]
    public void An_identity_has_rows(int size) =>
        Assert.Throws<ArgumentOutOfRangeException>(() => GaloisMatrix.Identity(size));

    [Fact]
    public void An_element_outside_the_matrix_is_not_another_rows()
    {
        var matrix = GaloisMatrix.Identity(3);
        Assert.Throws<ArgumentOutOfRangeException>(() => matrix[0, 3]);
        Assert.Throws<ArgumentOutOfRangeException>(() => matrix[1, -1]);
        Assert.Throws<ArgumentOutOfRangeException>(() => matrix[3, 0]);
    }

    internal static byte[] Elements(GaloisMatrix matrix) =>
        [.. Enumerable.Range(0, matrix.Rows).SelectMany(row => matrix.Row(row).ToArray())];
}
