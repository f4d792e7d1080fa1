using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;

namespace Holdfast.Mqtt.Client;

/// <summary>Makes the connection that MQTT runs over: TCP, and TLS where asked for.</summary>
internal static class Dial
{
    /// <summary>A stream that owns its socket, or in words why there is none. Bounded by the options' response timeout.</summary>
    public static async Task<(Stream? Stream, string Problem)> ConnectAsync(
        MqttClientOptions options,
        TimeProvider clock,
        CancellationToken cancellationToken
    )
    {
        var where = $"{options.Host}:{options.Port}";
        using var patience = new CancellationTokenSource(options.ResponseTimeout, clock);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(patience.Token, cancellationToken);
        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        Stream? stream = null;
        try
        {
            await socket.ConnectAsync(EndPointOf(options), either.Token).ConfigureAwait(false);
            stream = new NetworkStream(socket, ownsSocket: true);
            if (options.Tls is { } tls)
            {
                stream = await EncryptAsync(stream, tls, either.Token).ConfigureAwait(false);
            }

            return (stream, "");
        }
        catch (Exception e)
            when (e is SocketException or IOException or AuthenticationException or OperationCanceledException)
        {
            if (stream is not null)
            {
                await stream.DisposeAsync().ConfigureAwait(false);
            }

            socket.Dispose();
            return (null, Words(e, where, stream is not null));
        }
    }

    private static EndPoint EndPointOf(MqttClientOptions options) =>
        IPAddress.TryParse(options.Host, out var address)
            ? new IPEndPoint(address, options.Port)
            : new DnsEndPoint(options.Host, options.Port);

    private static async Task<Stream> EncryptAsync(
        Stream plain,
        SslClientAuthenticationOptions tls,
        CancellationToken cancellationToken
    )
    {
        var secure = new SslStream(plain, leaveInnerStreamOpen: false);
        try
        {
            await secure.AuthenticateAsClientAsync(tls, cancellationToken).ConfigureAwait(false);
            return secure;
        }
        catch
        {
            await secure.DisposeAsync().ConfigureAwait(false);
            throw;
        }
    }

    private static string Words(Exception exception, string where, bool connected) =>
        exception switch
        {
            OperationCanceledException when connected => $"{where} did not complete the TLS handshake in time",
            OperationCanceledException => $"{where} did not answer in time",
            SocketException { SocketErrorCode: SocketError.ConnectionRefused } => $"nothing listens on {where}",
            SocketException { SocketErrorCode: SocketError.HostNotFound or SocketError.NoData } =>
                $"the name in {where} is not known",
            SocketException e => $"no connection to {where}: {e.Message}",
            _ => $"TLS with {where} failed: {exception.InnerException?.Message ?? exception.Message}",
        };
}
