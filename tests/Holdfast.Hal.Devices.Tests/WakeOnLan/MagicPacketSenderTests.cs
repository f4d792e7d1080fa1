using System.Net;
using System.Net.Sockets;
using Holdfast.Hal.Devices.WakeOnLan;
using Xunit;

namespace Holdfast.Hal.Devices.Tests.WakeOnLan;

/// <summary>Magic packets on a real network: the loopback interface.</summary>
public sealed class MagicPacketSenderTests
{
    private static readonly MacAddress Node = new(0x02005E1000FF);
    private static readonly byte[] SecureOn = [9, 8, 7, 6, 5, 4];
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    [Theory]
    [InlineData("127.0.0.1")]
    [InlineData("127.255.255.255")]
    public async Task A_packet_arrives_over_udp_at_a_host_or_by_broadcast(string target)
    {
        using var card = new Socket(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);
        card.Bind(new IPEndPoint(IPAddress.Any, 0));
        var port = ((IPEndPoint)card.LocalEndPoint!).Port;
        var sender = new UdpMagicPacketSender(new IPEndPoint(IPAddress.Parse(target), port));
        var outcome = await WakeAsync(sender);
        Assert.Equal(new WakeOutcome(true, 1, ""), outcome);
        Assert.Equal(MagicPacket.Build(Node, SecureOn), await ReceiveAsync(card));
    }

    [Fact]
    public async Task A_raw_frame_is_on_the_wire_or_the_right_that_is_missing_is_named()
    {
        using var card = TryListen();
        var outcome = await WakeAsync(new EthernetMagicPacketSender("lo"));
        if (card is null)
        {
            Assert.Contains("CAP_NET_RAW", outcome.Detail, StringComparison.Ordinal);
            return;
        }

        Assert.Equal(new WakeOutcome(true, 1, ""), outcome);
        var frame = await ReceiveAsync(card);
        Assert.Equal(EthernetMagicPacketSender.Frame(new byte[6], MagicPacket.Build(Node, SecureOn)), frame);
    }

    [Fact]
    public async Task An_interface_that_is_not_there_is_named()
    {
        var sender = new EthernetMagicPacketSender("no-such-card");
        var refused = await Assert.ThrowsAsync<SocketException>(() =>
            sender.SendAsync(MagicPacket.Build(Node, SecureOn), CancellationToken.None)
        );
        Assert.Contains("no-such-card", refused.Message, StringComparison.Ordinal);
    }

    private static Task<WakeOutcome> WakeAsync(IMagicPacketSender sender) =>
        new MagicPacketWake(sender, Node, SecureOn, TimeProvider.System).WakeAsync(
            _ => Task.FromResult(true),
            Patience,
            CancellationToken.None
        );

    /// <summary>A raw socket for EtherType 0842h; null where this user may have none.</summary>
    private static Socket? TryListen()
    {
        var etherType = (ProtocolType)IPAddress.HostToNetworkOrder((short)0x0842);
        try
        {
            return new Socket(AddressFamily.Packet, SocketType.Raw, etherType);
        }
        catch (SocketException e) when (e.SocketErrorCode == SocketError.AccessDenied)
        {
            return null;
        }
    }

    private static async Task<byte[]> ReceiveAsync(Socket socket)
    {
        using var patience = new CancellationTokenSource(Patience);
        var buffer = new byte[2048];
        return buffer[..await socket.ReceiveAsync(buffer, patience.Token)];
    }
}
