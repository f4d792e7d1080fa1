using Holdfast.Hal.Devices.Ipmi;
using Xunit;

namespace Holdfast.Hal.Devices.Tests.Ipmi;

public sealed class TypeLengthTextTests
{
    [Theory]
    [InlineData(0xC8, "43505520203120 00", "CPU  1")]
    // The Platform Management FRU specification's own example.
    [InlineData(0x83, "29DCA6", "IPMI")]
    [InlineData(0x43, "21A4BC", "124 .-")]
    [InlineData(0x04, "43005000", "CP")]
    [InlineData(0xC0, "", "")]
    public void Each_encoding_is_read(byte typeLength, string bytes, string text) =>
        Assert.Equal(
            text,
            TypeLengthText.Read(typeLength, Convert.FromHexString(bytes.Replace(" ", "", StringComparison.Ordinal)))
        );

    [Fact]
    public void A_length_beyond_the_record_reads_what_there_is() =>
        Assert.Equal("CPU", TypeLengthText.Read(0xDF, "CPU"u8));
}
