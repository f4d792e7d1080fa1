using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;

namespace Holdfast.Mqtt.Client;

/// <summary>Makes the connection that MQTT runs over: TCP, and through a proxy, in TLS, as WebSocket where asked for.</summary>
internal static class Dial
{
    /// <summary>A stream that owns its socket, or in words why there is none. Bounded by the options' response timeout.</summary>
    /// <param name="certificate">Ours, with its key; null: that of the options, or none.</param>
    public static async Task<(Stream? Stream, string Problem)> ConnectAsync(
        MqttClientOptions options,
        BrokerAddress address,
        X509Certificate2? certificate,
        TimeProvider clock,
        CancellationToken cancellationToken
    )
    {
        using var patience = new CancellationTokenSource(options.ResponseTimeout, clock);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(patience.Token, cancellationToken);
        var attempt = new Attempt(options, address, certificate);
        await using var _ = attempt.ConfigureAwait(false);
        try
        {
            return (await attempt.RunAsync(either.Token).ConfigureAwait(false), "");
        }
        catch (Exception e)
            when (e
                    is SocketException
                        or IOException
                        or AuthenticationException
                        or OperationCanceledException
                        or DialException
            )
        {
            return (null, attempt.Words(e));
        }
    }

    private enum Step
    {
        Connecting,
        AskingProxy,
        Encrypting,
        Upgrading,
    }

    /// <summary>Disposing it gives up what was made, unless that was handed out.</summary>
    private sealed class Attempt(MqttClientOptions options, BrokerAddress address, X509Certificate2? certificate)
        : IAsyncDisposable
    {
        private Step step;
        private Socket? socket;
        private Stream? stream;

        private string Where => $"{address.Host}:{address.Port}";

        private string First => options.Proxy is { } proxy ? $"the proxy {proxy.Host}:{proxy.Port}" : Where;

        public async Task<Stream> RunAsync(CancellationToken cancellationToken)
        {
            socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
            var (host, port) = options.Proxy is { } proxy ? (proxy.Host, proxy.Port) : (address.Host, address.Port);
            await socket.ConnectAsync(EndPointOf(host, port), cancellationToken).ConfigureAwait(false);
            stream = new NetworkStream(socket, ownsSocket: true);
            if (options.Proxy is not null)
            {
                step = Step.AskingProxy;
                await ProxyTunnel.OpenAsync(stream, options.Proxy, address, cancellationToken).ConfigureAwait(false);
            }

            if (options.Tls is { } tls)
            {
                step = Step.Encrypting;
                var secure = new SslStream(stream, leaveInnerStreamOpen: false);
                stream = secure;
                var form = TlsOptions.ForHandshake(tls, address.Host, certificate);
                await secure.AuthenticateAsClientAsync(form, cancellationToken).ConfigureAwait(false);
            }

            if (options.WebSocketPath is { } path)
            {
                step = Step.Upgrading;
                stream = await WebSocketUpgrade
                    .OpenAsync(stream, address, path, cancellationToken)
                    .ConfigureAwait(false);
            }

            var made = stream;
            (stream, socket) = (null, null);
            return made;
        }

        public async ValueTask DisposeAsync()
        {
            if (stream is not null)
            {
                await stream.DisposeAsync().ConfigureAwait(false);
            }

            socket?.Dispose();
        }

        public string Words(Exception exception) =>
            (exception, step) switch
            {
                (DialException e, _) => e.Message,
                (OperationCanceledException, Step.Connecting) => $"{First} did not answer in time",
                (OperationCanceledException, Step.AskingProxy) => $"{First} did not let us through in time",
                (OperationCanceledException, Step.Encrypting) => $"{Where} did not complete the TLS handshake in time",
                (OperationCanceledException, _) => $"{Where} did not answer the WebSocket request in time",
                (SocketException { SocketErrorCode: SocketError.ConnectionRefused }, _) =>
                    $"nothing listens on {First}",
                (SocketException { SocketErrorCode: SocketError.HostNotFound or SocketError.NoData }, _) =>
                    $"the name in {First} is not known",
                (SocketException e, _) => $"no connection to {First}: {e.Message}",
                (_, Step.AskingProxy) => $"{First} broke the connection: {Inner(exception)}",
                (_, Step.Encrypting) => $"TLS with {Where} failed: {Inner(exception)}",
                _ => $"no WebSocket with {Where}: {Inner(exception)}",
            };

        private static string Inner(Exception exception) => exception.InnerException?.Message ?? exception.Message;
    }

    private static EndPoint EndPointOf(string host, int port) =>
        IPAddress.TryParse(host, out var address) ? new IPEndPoint(address, port) : new DnsEndPoint(host, port);
}

/// <summary>Why a connection could not be made, in words; never leaves this folder.</summary>
internal sealed class DialException(string message) : Exception(message);
