using System.Net.Security;

namespace Holdfast.Mqtt.Client;

/// <summary>
/// A broker's address in one line: <c>mqtt://</c> (port 1883), <c>mqtts://</c> (8883, TLS), <c>ws://</c> (80, WebSocket) and <c>wss://</c> (443,
/// both); a user name may stand before the host, a path after it (WebSocket only, "/mqtt" where left out).
/// </summary>
public static class BrokerUrl
{
    private const string PathDefault = "/mqtt";

    private static readonly Dictionary<string, (int Port, bool IsTls, bool IsWeb)> Schemes = new(StringComparer.Ordinal)
    {
        ["mqtt"] = (1883, false, false),
        ["mqtts"] = (8883, true, false),
        ["ws"] = (80, false, true),
        ["wss"] = (443, true, true),
    };

    /// <summary>
    /// The options of a client of that broker, or in words what is wrong. With TLS the system's authorities are trusted. A password in
    /// the address is refused: addresses are shown and logged.
    /// </summary>
    /// <param name="clientId">Empty: the broker gives one.</param>
    public static (MqttClientOptions? Options, string Problem) Parse(string url, string clientId)
    {
        if (!Uri.TryCreate(url, UriKind.Absolute, out var uri) || !Schemes.TryGetValue(uri.Scheme, out var scheme))
        {
            return (
                null,
                "an address is mqtt://HOST:PORT, mqtts://HOST:PORT, ws://HOST:PORT/PATH or wss://HOST:PORT/PATH"
            );
        }

        if (uri.Host.Length == 0 || uri.Query.Length > 0 || uri.Fragment.Length > 0)
        {
            return (null, "an address has a host, and nothing after the path");
        }

        if (uri.UserInfo.Contains(':', StringComparison.Ordinal))
        {
            return (null, "an address has no password, which would be shown with it; give it apart");
        }

        if (!scheme.IsWeb && uri.AbsolutePath is not ("" or "/"))
        {
            return (null, "only ws:// and wss:// have a path");
        }

        var port = uri.IsDefaultPort || uri.Port <= 0 ? scheme.Port : uri.Port;
        var options = new MqttClientOptions(uri.DnsSafeHost, port, clientId)
        {
            UserName = uri.UserInfo.Length > 0 ? Uri.UnescapeDataString(uri.UserInfo) : null,
            Tls = scheme.IsTls ? new SslClientAuthenticationOptions() : null,
            WebSocketPath =
                !scheme.IsWeb ? null
                : uri.AbsolutePath is "" or "/" ? PathDefault
                : uri.AbsolutePath,
        };
        return (options, "");
    }
}
