using System.Net;
using System.Net.Sockets;

namespace Holdfast.Testing;

/// <summary>Ports for programs that cannot be told "any free one".</summary>
public static class LoopbackPort
{
    /// <summary>A TCP port of 127.0.0.1 that was free a moment ago. Somebody may take it first: be ready to ask again.</summary>
    public static int Free()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }

    /// <summary>A UDP port of 127.0.0.1, as free as <see cref="Free"/>'s.</summary>
    public static int FreeUdp()
    {
        using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);
        socket.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        return ((IPEndPoint)socket.LocalEndPoint!).Port;
    }
}
