using System.Net;
using System.Net.Sockets;

namespace Holdfast.Hil.Devices;

/// <summary>
/// A TCP port that accepts connections while a node's system is up, and refuses them while it is not. Serving it is a matter
/// of a few calls a second: the kernel completes the connections that wait.
/// </summary>
internal sealed class PresencePort : IDisposable
{
    // Probes connect and go; who stays is cut off when this many newer ones have come.
    private const int HeldMax = 16;

    private readonly string whose;
    private readonly Queue<Socket> held = new();

    // Linux lets a listener share the port of a socket that is bound but does not listen: so the port stays ours while it refuses.
    private readonly Socket? holder;
    private Socket? listener;

    /// <exception cref="IOException">The port is in use.</exception>
    public PresencePort(NodeId node, IPEndPoint endpoint)
    {
        whose = $"the presence of {node}";
        var first = Bind.Tcp(endpoint, whose);
        Endpoint = (IPEndPoint)first.LocalEndPoint!;
        if (OperatingSystem.IsLinux())
        {
            holder = first;
        }
        else
        {
            first.Dispose();
        }
    }

    public IPEndPoint Endpoint { get; }

    /// <summary>Opens or closes the port and serves who came since the last call.</summary>
    /// <exception cref="IOException">The port was taken by another program meanwhile (not on Linux).</exception>
    public void Serve(bool up)
    {
        if (!up)
        {
            Close();
            return;
        }

        if (listener is null)
        {
            listener = Bind.Tcp(Endpoint, whose);
            listener.Listen(HeldMax);
        }

        while (listener.Poll(TimeSpan.Zero, SelectMode.SelectRead))
        {
            held.Enqueue(listener.Accept());
        }

        for (var i = held.Count; i > 0; i--)
        {
            var connection = held.Dequeue();
            if (held.Count < HeldMax && IsOpen(connection))
            {
                held.Enqueue(connection);
            }
            else
            {
                Reset(connection);
            }
        }
    }

    public void Dispose()
    {
        Close();
        holder?.Dispose();
    }

    private void Close()
    {
        listener?.Dispose();
        listener = null;
        while (held.TryDequeue(out var connection))
        {
            Reset(connection);
        }
    }

    /// <summary>Readable means closed by the other side, or words where nobody listens to words.</summary>
    private static bool IsOpen(Socket connection) => !connection.Poll(TimeSpan.Zero, SelectMode.SelectRead);

    /// <summary>Ends a connection as a machine does that lost its power: no farewell, and no port kept waiting.</summary>
    private static void Reset(Socket connection)
    {
        connection.LingerState = new LingerOption(enable: true, seconds: 0);
        connection.Dispose();
    }
}
