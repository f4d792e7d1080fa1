using FsCheck;
using FsCheck.Fluent;
using Xunit;

namespace Holdfast.Hal.Devices.Tests.WakeOnLan;

public sealed class MacAddressTests
{
    [Theory]
    [InlineData("02:00:5e:10:00:ff")]
    [InlineData("02-00-5E-10-00-FF")]
    public void Six_pairs_with_colons_or_hyphens_are_an_address(string text)
    {
        Assert.True(MacAddress.TryParse(text, out var address));
        Assert.Equal(0x02005E1000FFul, address.Bits);
        Assert.Equal("02:00:5e:10:00:ff", address.ToString());
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("02005e1000ff")]
    [InlineData("02:00:5e:10:00")]
    [InlineData("02:00:5e:10:00:ff:00")]
    [InlineData("02:00:5e-10:00:ff")]
    [InlineData("02:00:5e:10:00:fg")]
    [InlineData("02:00:5e:10:00: f")]
    [InlineData("2:000:5e:10:00:ff")]
    [InlineData("02.00.5e.10.00.ff")]
    [InlineData("+2:00:5e:10:00:ff")]
    public void Anything_else_is_refused(string? text) => Assert.False(MacAddress.TryParse(text, out _));

    [Fact]
    public void More_than_48_bits_are_refused() =>
        Assert.Throws<ArgumentOutOfRangeException>(() => new MacAddress(1ul << 48));

    [Fact]
    public void Every_address_reads_back_from_its_text_and_is_written_in_the_order_of_the_wire() =>
        Prop.ForAll<ulong>(seed =>
            {
                var address = new MacAddress(seed & 0xFFFF_FFFF_FFFF);
                Span<byte> wire = stackalloc byte[MacAddress.Length];
                address.CopyTo(wire);
                return MacAddress.TryParse(address.ToString(), out var read)
                    && read == address
                    && Convert.ToHexStringLower(wire) == address.ToString().Replace(":", "", StringComparison.Ordinal);
            })
            .QuickCheckThrowOnFailure();
}
