using System.Net;
using Holdfast.Mqtt.Broker;
using Holdfast.Mqtt.Broker.Access;
using Holdfast.Mqtt.Broker.Listening;

namespace Holdfast.Firmware.Broker;

/// <summary>A listener as its file says.</summary>
/// <param name="Tls">Null: in the clear.</param>
internal sealed record ListenerSetup(
    IPEndPoint EndPoint,
    bool AllowsAnonymous,
    TlsIdentity? Tls,
    WebSocketRules? WebSocket
)
{
    /// <summary>As clients write it: <c>mqtts://10.0.0.5:8883</c>.</summary>
    public string AddressAt(IPEndPoint endPoint)
    {
        var scheme = (WebSocket, Tls) switch
        {
            (null, null) => "mqtt",
            (null, _) => "mqtts",
            (_, null) => "ws",
            _ => "wss",
        };
        return $"{scheme}://{endPoint}{WebSocket?.Path}";
    }
}

/// <summary>What a broker's file says.</summary>
/// <param name="Limits">Limits and periods; listeners and policy are not in it.</param>
/// <param name="Files">All files that were read, for watching them.</param>
internal sealed record BrokerSetup(
    IReadOnlyList<ListenerSetup> Listeners,
    AccessSetup Access,
    MqttBrokerOptions Limits,
    IReadOnlyList<string> Files
);
