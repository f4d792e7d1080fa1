using System.Buffers.Binary;
using System.Globalization;
using System.Net;
using System.Net.NetworkInformation;
using System.Net.Sockets;

namespace Holdfast.Hal.Devices.WakeOnLan;

/// <summary>
/// Sends magic packets as Ethernet frames of EtherType 0842h on one interface, to everyone: no address, no router, no ARP is needed.
/// Linux only (packet(7)); needs CAP_NET_RAW.
/// </summary>
public sealed class EthernetMagicPacketSender(string interfaceName) : IMagicPacketSender
{
    private const ushort EtherType = 0x0842;
    private const int HeaderLength = 14;
    private const int FrameLengthMin = 60;

    public async Task SendAsync(ReadOnlyMemory<byte> packet, CancellationToken cancellationToken)
    {
        var target = new PacketEndPoint(InterfaceIndex(interfaceName));
        var card =
            Array.Find(NetworkInterface.GetAllNetworkInterfaces(), i => i.Name == interfaceName)
            ?? throw NotThere(interfaceName);
        using var socket = new Socket(AddressFamily.Packet, SocketType.Raw, (ProtocolType)0);
        await socket
            .SendToAsync(Frame(card.GetPhysicalAddress().GetAddressBytes(), packet.Span), target, cancellationToken)
            .ConfigureAwait(false);
    }

    /// <summary>The frame: to everyone, from the card's own address, padded to Ethernet's shortest without its check sequence.</summary>
    internal static byte[] Frame(ReadOnlySpan<byte> source, ReadOnlySpan<byte> packet)
    {
        var frame = new byte[Math.Max(FrameLengthMin, HeaderLength + packet.Length)];
        frame.AsSpan(0, MacAddress.Length).Fill(0xFF);
        source[..Math.Min(source.Length, MacAddress.Length)].CopyTo(frame.AsSpan(MacAddress.Length));
        BinaryPrimitives.WriteUInt16BigEndian(frame.AsSpan(12), EtherType);
        packet.CopyTo(frame.AsSpan(HeaderLength));
        return frame;
    }

    private static int InterfaceIndex(string name)
    {
        try
        {
            return int.Parse(File.ReadAllText($"/sys/class/net/{name}/ifindex"), CultureInfo.InvariantCulture);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // It may have gone a moment ago: an adapter that was unplugged.
            throw NotThere(name);
        }
    }

    private static SocketException NotThere(string name) =>
        new((int)SocketError.AddressNotAvailable, $"there is no network interface {name}");

    /// <summary>struct sockaddr_ll: family, protocol (big-endian), interface index, hardware type, packet type, address length, address.</summary>
    private sealed class PacketEndPoint(int interfaceIndex) : EndPoint
    {
        private const int Length = 20;

        public override AddressFamily AddressFamily => AddressFamily.Packet;

        public override SocketAddress Serialize()
        {
            var address = new SocketAddress(AddressFamily.Packet, Length);
            var bytes = address.Buffer.Span;
            BinaryPrimitives.WriteUInt16BigEndian(bytes[2..], EtherType);
            BinaryPrimitives.WriteInt32LittleEndian(bytes[4..], interfaceIndex);
            bytes[11] = MacAddress.Length;
            bytes.Slice(12, MacAddress.Length).Fill(0xFF);
            return address;
        }
    }
}
