using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;

namespace Holdfast.Mqtt.Broker.Listening;

/// <summary>A listener's socket, and what stands between a connection and its MQTT: TLS, WebSocket.</summary>
internal sealed class Door : IDisposable
{
    private const int Backlog = 128;

    private readonly BrokerListener listener;
    private readonly Socket socket;

    private Door(BrokerListener listener, Socket socket)
    {
        (this.listener, this.socket) = (listener, socket);
        EndPoint = (IPEndPoint)socket.LocalEndPoint!;
    }

    public IPEndPoint EndPoint { get; }

    public IBrokerPolicy? Policy => listener.Policy;

    /// <exception cref="IOException">The address and port cannot be listened on; the message says which and what to do.</exception>
    public static Door Open(BrokerListener listener)
    {
        var socket = new Socket(listener.EndPoint.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
        try
        {
            socket.Bind(listener.EndPoint);
            socket.Listen(Backlog);
            return new Door(listener, socket);
        }
        catch (SocketException e)
        {
            socket.Dispose();
            throw new IOException(Words(listener.EndPoint, e), e);
        }
    }

    public ValueTask<Socket> AcceptAsync(CancellationToken stop) => socket.AcceptAsync(stop);

    /// <summary>Leads a connection in.</summary>
    /// <returns>The stream of MQTT, and the user whom the client's certificate names; null where it was not let in.</returns>
    public async Task<(Stream Stream, string? CertifiedName)?> AdmitAsync(Socket client, CancellationToken stop)
    {
        Stream stream = new NetworkStream(client, ownsSocket: false);
        string? name = null;
        try
        {
            if (listener.Tls is { } tls)
            {
                (stream, name) = await tls.SecureAsync(stream, stop).ConfigureAwait(false);
            }

            if (listener.WebSocket is { } rules)
            {
                var inner = stream;
                if (await WebSocketHandshake.AcceptAsync(inner, rules, stop).ConfigureAwait(false) is not { } mqtt)
                {
                    await CloseAsync(inner, stop).ConfigureAwait(false);
                    return null;
                }

                stream = mqtt;
            }

            return (stream, name);
        }
        catch (Exception e)
            when (e is AuthenticationException or IOException or SocketException or OperationCanceledException)
        {
            // TLS has told the client why; a stranger's probe is no news.
            await stream.DisposeAsync().ConfigureAwait(false);
            return null;
        }
    }

    /// <summary>Says in the stream's own words that nothing more comes, and frees it.</summary>
    public static async Task CloseAsync(Stream stream, CancellationToken stop)
    {
        await using (stream.ConfigureAwait(false))
        {
            try
            {
                await (
                    stream switch
                    {
                        MqttWebSocketStream web => web.CloseAsync(stop),
                        SslStream tls => tls.ShutdownAsync(),
                        _ => Task.CompletedTask,
                    }
                ).ConfigureAwait(false);
            }
            catch (Exception e)
                when (e is IOException or SocketException or OperationCanceledException or InvalidOperationException)
            {
                // Broken already, or in the middle of a write that was given up.
            }
        }
    }

    public void Dispose() => socket.Dispose();

    private static string Words(IPEndPoint endPoint, SocketException e) =>
        e.SocketErrorCode switch
        {
            SocketError.AddressAlreadyInUse =>
                $"{endPoint} is used by another program (another MQTT broker?): stop that one or choose another port",
            SocketError.AccessDenied => $"{endPoint} may not be listened on: choose a port from 1024 up",
            SocketError.AddressNotAvailable => $"{endPoint}: this machine does not have the address; choose one it has",
            _ => $"{endPoint} cannot be listened on: {e.Message}; choose another address or port",
        };
}
