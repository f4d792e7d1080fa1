using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Text;

namespace Holdfast.Mqtt.Tests.Client;

/// <summary>A server on a free loopback port that does with each connection what the test says.</summary>
internal sealed class LoopbackServer : IAsyncDisposable
{
    private readonly TcpListener listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource stop = new();
    private readonly Task accepting;

    public LoopbackServer(Func<NetworkStream, CancellationToken, Task> serve)
    {
        listener.Start();
        accepting = AcceptAsync(serve);
    }

    public int Port => ((IPEndPoint)listener.LocalEndpoint).Port;

    /// <summary>An HTTP proxy that knows CONNECT, and lets through who says the credentials (null: all).</summary>
    public static LoopbackServer Proxy(string? credentials, ICollection<string> heads) =>
        new(
            async (stream, end) =>
            {
                var head = await ReadHeadAsync(stream, end);
                lock (heads)
                {
                    heads.Add(head);
                }

                var basic = credentials is null ? "" : Convert.ToBase64String(Encoding.UTF8.GetBytes(credentials));
                if (!head.Contains($"Basic {basic}\r\n", StringComparison.Ordinal) && credentials is not null)
                {
                    await stream.WriteAsync("HTTP/1.1 407 Who are you\r\nContent-Length: 0\r\n\r\n"u8.ToArray(), end);
                    return;
                }

                await stream.WriteAsync("HTTP/1.1 200 Go on\r\n\r\n"u8.ToArray(), end);
                var port = int.Parse(
                    head.Split(' ')[1].Split(':')[1],
                    System.Globalization.CultureInfo.InvariantCulture
                );
                await RelayAsync(stream, port, end);
            }
        );

    /// <summary>WebSocket in front of a broker that has none.</summary>
    public static LoopbackServer WebSocket(int brokerPort, ICollection<string> heads) =>
        new(
            async (stream, end) =>
            {
                var head = await ReadHeadAsync(stream, end);
                lock (heads)
                {
                    heads.Add(head);
                }

                var key = head.Split("Sec-WebSocket-Key: ")[1].Split("\r\n")[0];
#pragma warning disable CA5350 // RFC 6455 wants SHA-1.
                var accept = SHA1.HashData(Encoding.ASCII.GetBytes($"{key}258EAFA5-E914-47DA-95CA-C5AB0DC85B11"));
#pragma warning restore CA5350
                var answer =
                    "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
                    + $"Sec-WebSocket-Protocol: mqtt\r\nSec-WebSocket-Accept: {Convert.ToBase64String(accept)}\r\n\r\n";
                await stream.WriteAsync(Encoding.ASCII.GetBytes(answer), end);
                using var socket = System.Net.WebSockets.WebSocket.CreateFromStream(
                    stream,
                    new System.Net.WebSockets.WebSocketCreationOptions { IsServer = true, SubProtocol = "mqtt" }
                );
                await using var messages = System.Net.WebSockets.WebSocketStream.Create(
                    socket,
                    System.Net.WebSockets.WebSocketMessageType.Binary,
                    TimeSpan.FromSeconds(1)
                );
                await RelayAsync(messages, brokerPort, end);
            }
        );

    public async ValueTask DisposeAsync()
    {
        await stop.CancelAsync();
        listener.Stop();
        await accepting;
        stop.Dispose();
    }

    private async Task AcceptAsync(Func<NetworkStream, CancellationToken, Task> serve)
    {
        var all = new List<Task>();
        try
        {
            while (true)
            {
                all.Add(ServeAsync(await listener.AcceptTcpClientAsync(stop.Token), serve));
            }
        }
        catch (OperationCanceledException)
        {
            await Task.WhenAll(all);
        }
    }

    private async Task ServeAsync(TcpClient client, Func<NetworkStream, CancellationToken, Task> serve)
    {
        using (client)
        {
            try
            {
                await serve(client.GetStream(), stop.Token);
            }
            catch (Exception e)
                when (e
                        is IOException
                            or OperationCanceledException
                            or ObjectDisposedException
                            or System.Net.WebSockets.WebSocketException
                )
            {
                // The connection ended, as connections do.
            }
        }
    }

    private static async Task<string> ReadHeadAsync(Stream stream, CancellationToken end)
    {
        var head = new StringBuilder();
        var one = new byte[1];
        while (!head.ToString().EndsWith("\r\n\r\n", StringComparison.Ordinal))
        {
            await stream.ReadExactlyAsync(one, end);
            head.Append((char)one[0]);
        }

        return head.ToString();
    }

    private static async Task RelayAsync(Stream stream, int port, CancellationToken end)
    {
        using var broker = new TcpClient();
        await broker.ConnectAsync(IPAddress.Loopback, port, end);
        await using var other = broker.GetStream();
        using var both = CancellationTokenSource.CreateLinkedTokenSource(end);
        var there = stream.CopyToAsync(other, both.Token);
        var back = other.CopyToAsync(stream, both.Token);
        await Task.WhenAny(there, back);
        await both.CancelAsync();
        await Task.WhenAll(there, back);
    }
}
