using System.ComponentModel;
using System.Net.Sockets;

namespace Holdfast.Benchmarks.Mqtt.Hostile;

/// <summary>A connection that nobody wants; when the broker closes it, it is made again at the next try.</summary>
internal sealed class Attacker(int port) : IDisposable
{
    private static readonly byte[] Scratch = new byte[64 * 1024];

    private PosixSocket? socket;

    public bool IsOpen => socket is not null;

    /// <summary>Whether there is a connection now.</summary>
    public bool Open()
    {
        try
        {
            socket ??= new PosixSocket(port);
        }
        catch (SocketException)
        {
            // No room there, or no handles here.
        }

        return IsOpen;
    }

    /// <returns>Whether the connection was there and took it all.</returns>
    public bool Send(ReadOnlySpan<byte> bytes)
    {
        try
        {
            // What does not fit is cut off: so broken packets come about too.
            return socket is not null && socket.Send(bytes) == bytes.Length;
        }
        catch (Win32Exception)
        {
            Close();
            return false;
        }
    }

    /// <summary>Opens, connects properly, and reads nothing.</summary>
    public bool Connect(string clientId) => IsOpen || (Open() && Send(LoadPackets.Connect(clientId, ushort.MaxValue)));

    /// <summary>Takes away what has come, unseen.</summary>
    public void Drain()
    {
        while (socket is not null)
        {
            var count = socket.Receive(Scratch);
            if (count < 0)
            {
                Close();
            }

            if (count <= 0)
            {
                return;
            }
        }
    }

    public void Close()
    {
        socket?.Dispose();
        socket = null;
    }

    public void Dispose() => Close();
}
