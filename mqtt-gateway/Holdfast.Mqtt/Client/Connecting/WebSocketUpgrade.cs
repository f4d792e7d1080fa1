using System.Net.WebSockets;
using System.Security.Cryptography;
using System.Text;

namespace Holdfast.Mqtt.Client;

/// <summary>The client's half of a WebSocket handshake (RFC 6455 §4.1) for the subprotocol mqtt (MQTT 5.0 §6).</summary>
internal static class WebSocketUpgrade
{
    private const int SwitchingProtocols = 101;

    /// <summary>RFC 6455 §1.3.</summary>
    private const string Guid = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11";

    /// <summary>For the other side to answer our close.</summary>
    private static readonly TimeSpan ClosePatience = TimeSpan.FromSeconds(1);

    /// <summary>A stream of binary messages, that owns the other.</summary>
    /// <exception cref="DialException">It is no WebSocket for MQTT; in words.</exception>
    /// <exception cref="IOException">The connection broke.</exception>
    public static async Task<Stream> OpenAsync(
        Stream stream,
        BrokerAddress address,
        string path,
        CancellationToken cancellationToken
    )
    {
        var key = Convert.ToBase64String(RandomNumberGenerator.GetBytes(16));
        await stream.WriteAsync(Request(address, path, key), cancellationToken).ConfigureAwait(false);
        var head = await HttpHead.ReadAsync(stream, cancellationToken).ConfigureAwait(false);
        if (Problem(head, key) is { } problem)
        {
            throw new DialException($"no WebSocket with {address.Host}:{address.Port}{path}: {problem}");
        }

        var socket = WebSocket.CreateFromStream(
            stream,
            new WebSocketCreationOptions
            {
                IsServer = false,
                SubProtocol = "mqtt",
                KeepAliveInterval = TimeSpan.Zero,
            }
        );
        return WebSocketStream.Create(socket, WebSocketMessageType.Binary, ClosePatience);
    }

    private static byte[] Request(BrokerAddress address, string path, string key)
    {
        var host = address.Host.Contains(':') ? $"[{address.Host}]" : address.Host;
        return Encoding.ASCII.GetBytes(
            $"GET {path} HTTP/1.1\r\nHost: {host}:{address.Port}\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
                + $"Sec-WebSocket-Key: {key}\r\nSec-WebSocket-Protocol: mqtt\r\nSec-WebSocket-Version: 13\r\n\r\n"
        );
    }

    private static string? Problem(HttpHead head, string key)
    {
        if (head.Status != SwitchingProtocols)
        {
            return $"it answered {head.Status} {head.Reason}".TrimEnd();
        }

#pragma warning disable CA5350 // RFC 6455 §4.2.2 wants SHA-1: it proves that the answer is no cached one, not who gave it.
        var expected = Convert.ToBase64String(SHA1.HashData(Encoding.ASCII.GetBytes(key + Guid)));
#pragma warning restore CA5350
        return !head.Has("Upgrade", "websocket") || !head.Fields["Sec-WebSocket-Accept"].Contains(expected)
                ? "its answer does not fit the request"
            : !head.Has("Sec-WebSocket-Protocol", "mqtt") ? "it does not speak the subprotocol mqtt"
            : null;
    }
}
