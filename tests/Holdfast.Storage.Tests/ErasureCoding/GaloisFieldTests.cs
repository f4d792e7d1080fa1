using FsCheck;
using FsCheck.Fluent;
using Holdfast.Storage.ErasureCoding;
using Xunit;

namespace Holdfast.Storage.Tests.ErasureCoding;

public sealed class GaloisFieldTests
{
    [Fact]
    public void Multiplication_is_the_carry_less_product_modulo_the_polynomial()
    {
        for (var a = 0; a < GaloisField.Size; a++)
        {
            for (var b = 0; b < GaloisField.Size; b++)
            {
                Assert.Equal(LongHand(a, b), GaloisField.Multiply((byte)a, (byte)b));
            }
        }
    }

    [Fact]
    public void Every_element_but_zero_has_an_inverse()
    {
        for (var a = 1; a < GaloisField.Size; a++)
        {
            Assert.Equal(1, GaloisField.Multiply((byte)a, GaloisField.Inverse((byte)a)));
        }

        Assert.Throws<DivideByZeroException>(() => GaloisField.Inverse(0));
        Assert.Throws<DivideByZeroException>(() => GaloisField.Divide(7, 0));
    }

    [Fact]
    public void Division_undoes_multiplication() =>
        Prop.ForAll<byte, byte>((a, b) => b == 0 || GaloisField.Divide(GaloisField.Multiply(a, b), b) == a)
            .QuickCheckThrowOnFailure();

    [Fact]
    public void A_power_is_repeated_multiplication_and_negative_ones_invert() =>
        Prop.ForAll<byte, sbyte>(
                (a, exponent) =>
                {
                    if (a == 0 && exponent < 0)
                    {
                        return true;
                    }

                    byte expected = 1;
                    var factor = exponent < 0 ? GaloisField.Inverse(a) : a;
                    for (var i = 0; i < Math.Abs((int)exponent); i++)
                    {
                        expected = GaloisField.Multiply(expected, factor);
                    }

                    return GaloisField.Power(a, exponent) == expected;
                }
            )
            .QuickCheckThrowOnFailure();

    private static byte LongHand(int a, int b)
    {
        var product = 0;
        for (var bit = 0; bit < 8; bit++)
        {
            product ^= ((b >> bit) & 1) * (a << bit);
        }

        for (var bit = 14; bit >= 8; bit--)
        {
            product ^= ((product >> bit) & 1) * (GaloisField.Polynomial << (bit - 8));
        }

        return (byte)product;
    }
}
