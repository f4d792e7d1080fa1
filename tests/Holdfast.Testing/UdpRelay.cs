using System.Net;
using System.Net.Sockets;

namespace Holdfast.Testing;

/// <summary>
/// A network between a console and a server on UDP that the test spoils: it sees every datagram, and drops, changes, doubles or holds
/// back what it likes. Answers go to whoever asked last.
/// </summary>
public sealed class UdpRelay : IAsyncDisposable
{
    private const int DatagramMax = 2048;

    private readonly Socket outside = Bound();
    private readonly Socket inside = Bound();
    private readonly IPEndPoint server;
    private readonly CancellationTokenSource stopping = new();
    private readonly Task running;
    private volatile EndPoint? asker;

    public UdpRelay(IPEndPoint server)
    {
        this.server = server;
        running = Task.WhenAll(RequestsAsync(), AnswersAsync());
    }

    /// <summary>Where the console finds the server now.</summary>
    public IPEndPoint Endpoint => (IPEndPoint)outside.LocalEndPoint!;

    /// <summary>What becomes of a datagram to the server: none, one or more.</summary>
    public Func<byte[], byte[][]> Request { get; set; } = Unspoilt;

    /// <summary>What becomes of a datagram to the console.</summary>
    public Func<byte[], byte[][]> Answer { get; set; } = Unspoilt;

    public static byte[][] Unspoilt(byte[] datagram) => [datagram];

    public static byte[][] Lost(byte[] datagram) => [];

    public async ValueTask DisposeAsync()
    {
        await stopping.CancelAsync();
        await running;
        outside.Dispose();
        inside.Dispose();
        stopping.Dispose();
    }

    private Task RequestsAsync() =>
        PumpAsync(
            outside,
            async (datagram, from) =>
            {
                asker = from;
                foreach (var sent in Request(datagram))
                {
                    await inside.SendToAsync(sent, server, stopping.Token);
                }
            }
        );

    private Task AnswersAsync() =>
        PumpAsync(
            inside,
            async (datagram, _) =>
            {
                foreach (var sent in Answer(datagram))
                {
                    await outside.SendToAsync(sent, asker!, stopping.Token);
                }
            }
        );

    private async Task PumpAsync(Socket socket, Func<byte[], EndPoint, Task> forward)
    {
        var buffer = new byte[DatagramMax];
        while (true)
        {
            try
            {
                var received = await socket.ReceiveFromAsync(buffer, new IPEndPoint(IPAddress.Any, 0), stopping.Token);
                await forward(buffer[..received.ReceivedBytes], received.RemoteEndPoint);
            }
            catch (SocketException)
            {
                // One of the two is not there just now.
            }
            catch (OperationCanceledException)
            {
                return;
            }
        }
    }

    private static Socket Bound()
    {
        var socket = new Socket(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);
        socket.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        return socket;
    }
}
