using System.Text;

namespace Holdfast.Mqtt.Client;

/// <summary>A way through an HTTP proxy (RFC 9110 §9.3.6). Our credentials go to it in the clear, as HTTP has it.</summary>
internal static class ProxyTunnel
{
    private const int Ok = 200;
    private const int AuthenticationRequired = 407;

    /// <exception cref="DialException">The proxy will not; in words.</exception>
    /// <exception cref="IOException">The connection broke.</exception>
    public static async Task OpenAsync(
        Stream stream,
        MqttProxy proxy,
        BrokerAddress target,
        CancellationToken cancellationToken
    )
    {
        await stream.WriteAsync(Request(proxy, target), cancellationToken).ConfigureAwait(false);
        var head = await HttpHead.ReadAsync(stream, cancellationToken).ConfigureAwait(false);
        if (head.Status / 100 == Ok / 100)
        {
            return;
        }

        var where = $"the proxy {proxy.Host}:{proxy.Port}";
        throw new DialException(
            head.Status == AuthenticationRequired
                ? $"{where} does not accept our name and password"
                : $"{where} does not let us through to {target.Host}:{target.Port}: {head.Status} {head.Reason}"
        );
    }

    private static byte[] Request(MqttProxy proxy, BrokerAddress target)
    {
        var authority = target.Host.Contains(':') ? $"[{target.Host}]:{target.Port}" : $"{target.Host}:{target.Port}";
        var credentials = proxy.UserName is { } name
            ? $"Proxy-Authorization: Basic {Base64(name, proxy.Password.Span)}\r\n"
            : "";
        return Encoding.ASCII.GetBytes($"CONNECT {authority} HTTP/1.1\r\nHost: {authority}\r\n{credentials}\r\n");
    }

    private static string Base64(string name, ReadOnlySpan<byte> password) =>
        Convert.ToBase64String([.. Encoding.UTF8.GetBytes(name), (byte)':', .. password]);
}
