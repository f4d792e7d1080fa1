using System.Net;
using System.Net.Sockets;

namespace Holdfast.Hal.Devices.WakeOnLan;

/// <summary>Sends magic packets in UDP datagrams, to a broadcast address or through a router to one that relays it. Port 9 by custom.</summary>
public sealed class UdpMagicPacketSender(IPEndPoint target) : IMagicPacketSender
{
    public async Task SendAsync(ReadOnlyMemory<byte> packet, CancellationToken cancellationToken)
    {
        using var socket = new Socket(target.AddressFamily, SocketType.Dgram, ProtocolType.Udp);
        if (target.AddressFamily == AddressFamily.InterNetwork)
        {
            socket.EnableBroadcast = true;
        }

        await socket.SendToAsync(packet, target, cancellationToken).ConfigureAwait(false);
    }
}
