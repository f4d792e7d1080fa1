using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;
using Holdfast.Hal;

namespace Holdfast.Hil.Devices;

/// <summary>
/// The network cards of the sleeping nodes: takes magic packets over UDP (AMD, "Magic Packet Technology", 1995) and wakes the node
/// whose address they hold, if they also hold its SecureOn bytes. Everything else starts nothing.
/// </summary>
internal sealed class WakeListener : IDisposable
{
    private const int Repeats = 16;
    private const int SynchronisationLength = 6;
    private const int DatagramMax = 1500;

    // A flood must not hold the container's clock: what comes beyond waits in the socket's buffer, and is dropped there.
    private const int DatagramsAtOnceMax = 64;

    private readonly Socket socket;
    private readonly SharedModel shared;
    private readonly byte[] buffer = new byte[DatagramMax];

    /// <exception cref="IOException">The port is in use.</exception>
    public WakeListener(SharedModel shared, IPEndPoint endpoint)
    {
        this.shared = shared;
        socket = Bind.Udp(endpoint, "magic packets");
        Endpoint = (IPEndPoint)socket.LocalEndPoint!;
    }

    public IPEndPoint Endpoint { get; }

    /// <summary>Takes what arrived since the last call.</summary>
    public void Serve()
    {
        EndPoint from = new IPEndPoint(IPAddress.Any, 0);
        for (var i = 0; i < DatagramsAtOnceMax && socket.Poll(TimeSpan.Zero, SelectMode.SelectRead); i++)
        {
            var length = TryReceive(ref from);
            if (TryParse(buffer.AsSpan(0, length), out var address, out var password))
            {
                Wake(address, password);
            }
        }
    }

    public void Dispose() => socket.Dispose();

    /// <summary>Finds the six FFh and the address sixteen times behind them, wherever in the packet they are.</summary>
    internal static bool TryParse(ReadOnlySpan<byte> packet, out MacAddress address, out ReadOnlySpan<byte> password)
    {
        address = default;
        password = default;
        const int CallLength = SynchronisationLength + (Repeats * MacAddress.Length);
        for (var start = 0; start + CallLength <= packet.Length; start++)
        {
            var call = packet.Slice(start, CallLength);
            if (call[..SynchronisationLength].ContainsAnyExcept((byte)0xFF))
            {
                continue;
            }

            var addresses = call[SynchronisationLength..];
            if (addresses[MacAddress.Length..].SequenceEqual(addresses[..^MacAddress.Length]))
            {
                address = Read(addresses);
                password = packet[(start + CallLength)..];
                return true;
            }
        }

        return false;
    }

    private static MacAddress Read(ReadOnlySpan<byte> bytes)
    {
        ulong bits = 0;
        foreach (var octet in bytes[..MacAddress.Length])
        {
            bits = (bits << 8) | octet;
        }

        return new MacAddress(bits);
    }

    private int TryReceive(ref EndPoint from)
    {
        try
        {
            return socket.ReceiveFrom(buffer, ref from);
        }
        catch (SocketException)
        {
            // Too long to be a magic packet, or the system reports an error of an earlier one.
            return 0;
        }
    }

    private void Wake(MacAddress address, ReadOnlySpan<byte> password)
    {
        foreach (var node in shared.Plan.Nodes)
        {
            if (node.Mac == address)
            {
                var matches =
                    node.SecureOn.IsEmpty || CryptographicOperations.FixedTimeEquals(node.SecureOn.Span, password);
                shared.Do(model => model.Wake(node.Node, matches));
            }
        }
    }
}
