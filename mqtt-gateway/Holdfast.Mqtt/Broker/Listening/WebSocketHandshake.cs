using System.Net.WebSockets;
using System.Security.Cryptography;
using System.Text;

namespace Holdfast.Mqtt.Broker.Listening;

/// <summary>The server's side of RFC 6455 §4.2: one GET that becomes a connection for MQTT, or a refusal in HTTP's words.</summary>
internal static class WebSocketHandshake
{
    /// <summary>Of the whole request: a browser with many cookies needs half.</summary>
    private const int RequestLengthMax = 8 * 1024;

    private const string Protocol = "mqtt";

    /// <summary>RFC 6455 §1.3.</summary>
    private const string Guid = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11";

    /// <returns>The stream of MQTT in it; null where it was refused, which the client was told.</returns>
    public static async Task<Stream?> AcceptAsync(Stream stream, WebSocketRules rules, CancellationToken stop)
    {
        if (await ReadAsync(stream, stop).ConfigureAwait(false) is not { } request)
        {
            return null;
        }

        var (answer, isGood) = Answer(request, rules);
        await stream.WriteAsync(Encoding.ASCII.GetBytes(answer), stop).ConfigureAwait(false);
        await stream.FlushAsync(stop).ConfigureAwait(false);
        if (!isGood)
        {
            return null;
        }

        var socket = WebSocket.CreateFromStream(
            stream,
            new WebSocketCreationOptions
            {
                IsServer = true,
                SubProtocol = Protocol,
                // MQTT has a keep alive of its own.
                KeepAliveInterval = Timeout.InfiniteTimeSpan,
            }
        );
        return new MqttWebSocketStream(socket);
    }

    /// <summary>What is answered to a request, up to its empty line.</summary>
    internal static (string Answer, bool IsGood) Answer(string request, WebSocketRules rules)
    {
        var lines = request.Split("\r\n");
        if (lines[0].Split(' ') is not ["GET", var target, "HTTP/1.1"])
        {
            return (Refusal("400 Bad Request"), false);
        }

        var fields = lines
            .Skip(1)
            .Select(line => line.Split(':', 2))
            .Where(field => field.Length == 2)
            .ToLookup(field => field[0], field => field[1].Trim(), StringComparer.OrdinalIgnoreCase);
        if (target.Split('?')[0] != rules.Path)
        {
            return (Refusal("404 Not Found"), false);
        }

        if (!Has(fields["Upgrade"], "websocket") || !Has(fields["Connection"], "Upgrade"))
        {
            return (Refusal("426 Upgrade Required", "Upgrade: websocket\r\nConnection: Upgrade\r\n"), false);
        }

        if (fields["Sec-WebSocket-Version"].FirstOrDefault() != "13")
        {
            return (Refusal("426 Upgrade Required", "Sec-WebSocket-Version: 13\r\n"), false);
        }

        var host = fields["Host"].FirstOrDefault() ?? "";
        if (
            fields["Origin"]
                .Any(origin =>
                    !rules.Origins.Contains(origin, StringComparer.OrdinalIgnoreCase) && !IsOurs(origin, host)
                )
        )
        {
            return (Refusal("403 Forbidden"), false);
        }

        var key = fields["Sec-WebSocket-Key"].FirstOrDefault() ?? "";
        // [MQTT-6.0.0-3]: the client offers "mqtt".
        return IsNonce(key) && Has(fields["Sec-WebSocket-Protocol"], Protocol)
            ? (Welcome(key), true)
            : (Refusal("400 Bad Request"), false);
    }

    /// <summary>
    /// A page from this very place, by its address: Paho says so of itself. Not by a name, which a stranger's page can let point here (DNS
    /// rebinding).
    /// </summary>
    private static bool IsOurs(string origin, string host) =>
        Uri.TryCreate(origin, UriKind.Absolute, out var page)
        && page.HostNameType is UriHostNameType.IPv4 or UriHostNameType.IPv6
        && origin.EndsWith($"://{host}", StringComparison.Ordinal);

    private static bool Has(IEnumerable<string> values, string wanted) =>
        values
            .SelectMany(value => value.Split(','))
            .Any(v => v.Trim().Equals(wanted, StringComparison.OrdinalIgnoreCase));

    private static bool IsNonce(string key)
    {
        Span<byte> nonce = stackalloc byte[16];
        return key.Length == 24 && Convert.TryFromBase64String(key, nonce, out var length) && length == nonce.Length;
    }

    private static string Welcome(string key)
    {
#pragma warning disable CA5350 // The protocol's own check that both sides mean WebSocket; it secures nothing.
        var accept = Convert.ToBase64String(SHA1.HashData(Encoding.ASCII.GetBytes(key + Guid)));
#pragma warning restore CA5350
        return "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
            + $"Sec-WebSocket-Accept: {accept}\r\nSec-WebSocket-Protocol: {Protocol}\r\n\r\n";
    }

    private static string Refusal(string status, string fields = "") =>
        $"HTTP/1.1 {status}\r\n{fields}Content-Length: 0\r\nConnection: close\r\n\r\n";

    /// <summary>Null: no request, or what follows it did not wait for the answer.</summary>
    private static async Task<string?> ReadAsync(Stream stream, CancellationToken stop)
    {
        var buffer = new byte[RequestLengthMax];
        for (var length = 0; length < buffer.Length; )
        {
            var count = await stream.ReadAsync(buffer.AsMemory(length), stop).ConfigureAwait(false);
            length += count;
            var end = buffer.AsSpan(0, length).IndexOf("\r\n\r\n"u8);
            if (end >= 0 || count == 0)
            {
                return end >= 0 && end + 4 == length ? Encoding.Latin1.GetString(buffer, 0, end) : null;
            }
        }

        return null;
    }
}
