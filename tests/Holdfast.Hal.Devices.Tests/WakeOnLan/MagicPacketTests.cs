using Holdfast.Hal.Devices.WakeOnLan;
using Xunit;

namespace Holdfast.Hal.Devices.Tests.WakeOnLan;

public sealed class MagicPacketTests
{
    private static readonly MacAddress Node = new(0x02005E1000FF);
    private static readonly byte[] Wire = [0x02, 0x00, 0x5E, 0x10, 0x00, 0xFF];

    [Theory]
    [InlineData("")]
    [InlineData("01020304")]
    [InlineData("010203040506")]
    public void A_packet_is_six_ff_the_address_sixteen_times_and_the_password(string secureOn)
    {
        var password = Convert.FromHexString(secureOn);
        byte[] expected =
        [
            .. Enumerable.Repeat((byte)0xFF, 6),
            .. Enumerable.Repeat(Wire, 16).SelectMany(address => address),
            .. password,
        ];
        Assert.Equal(expected, MagicPacket.Build(Node, password));
        Assert.Equal(102 + password.Length, expected.Length);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(5)]
    [InlineData(7)]
    [InlineData(16)]
    public void A_password_of_another_length_is_refused(int length) =>
        Assert.Throws<ArgumentException>(() => MagicPacket.Build(Node, new byte[length]));

    [Fact]
    public void A_frame_goes_to_everyone_under_ethertype_0842()
    {
        var packet = MagicPacket.Build(Node, []);
        byte[] card = [0x02, 0, 0, 0, 0, 0x01];
        var frame = EthernetMagicPacketSender.Frame(card, packet);
        byte[] header = [0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, .. card, 0x08, 0x42];
        Assert.Equal([.. header, .. packet], frame);
    }

    [Fact]
    public void A_short_frame_is_padded_to_ethernets_shortest() =>
        Assert.Equal(60, EthernetMagicPacketSender.Frame([2, 0, 0, 0, 0, 1], [1, 2, 3]).Length);

    [Fact]
    public void A_card_without_an_address_sends_from_zero() =>
        Assert.Equal(new byte[6], EthernetMagicPacketSender.Frame([], MagicPacket.Build(Node, []))[6..12]);
}
