using System.Net;
using System.Net.Sockets;

namespace Holdfast.Hil.Devices;

/// <summary>Binds the sockets of simulated devices; what goes wrong is told in the words of the board file.</summary>
internal static class Bind
{
    /// <exception cref="IOException">The port is in use, or the address is not this machine's.</exception>
    public static Socket Udp(IPEndPoint endpoint, string whose) => Open(endpoint, ProtocolType.Udp, whose);

    /// <inheritdoc cref="Udp"/>
    public static Socket Tcp(IPEndPoint endpoint, string whose) => Open(endpoint, ProtocolType.Tcp, whose);

    private static Socket Open(IPEndPoint endpoint, ProtocolType protocol, string whose)
    {
        var type = protocol == ProtocolType.Udp ? SocketType.Dgram : SocketType.Stream;
        var socket = new Socket(endpoint.AddressFamily, type, protocol);
        try
        {
            socket.Bind(endpoint);
            return socket;
        }
        catch (SocketException error)
        {
            socket.Dispose();
            throw new IOException(Reason(endpoint, protocol, whose, error.SocketErrorCode), error);
        }
    }

    private static string Reason(IPEndPoint endpoint, ProtocolType protocol, string whose, SocketError error)
    {
        var what = $"{protocol.ToString().ToUpperInvariant()} {endpoint} for {whose}";
        return error switch
        {
            SocketError.AddressAlreadyInUse =>
                $"{what} is in use by another program: stop that one, or name another port in the board file",
            SocketError.AddressNotAvailable =>
                $"{what} is not an address of this machine: a simulated container needs a local one, such as 127.0.0.1",
            SocketError.AccessDenied =>
                $"{what} may not be opened by this user: name a port above 1023 in the board file",
            _ => $"{what} cannot be opened: {error}",
        };
    }
}
