using System.Net;

namespace Holdfast.Mqtt.Broker.Listening;

/// <summary>One place where a broker listens, and for whom.</summary>
public sealed record BrokerListener
{
    /// <summary>Port 0: any free one; <see cref="MqttBroker.EndPoints"/> then says which.</summary>
    public required IPEndPoint EndPoint { get; init; }

    /// <summary>Who may do what here; null: as <see cref="MqttBrokerOptions.Policy"/> says.</summary>
    public IBrokerPolicy? Policy { get; init; }

    /// <summary>Null: in the clear.</summary>
    public BrokerTls? Tls { get; init; }

    /// <summary>Null: MQTT directly on the connection.</summary>
    public WebSocketRules? WebSocket { get; init; }
}

/// <summary>MQTT in WebSocket (MQTT 5.0 §6, RFC 6455).</summary>
public sealed record WebSocketRules
{
    /// <summary>What is asked for in GET; another path is 404.</summary>
    public string Path { get; init; } = "/mqtt";

    /// <summary>
    /// Pages whose scripts may connect, as <c>https://panel.example</c> (RFC 6454). A browser says from which page a script is; one
    /// that is not named here gets 403, unless it came from this very address and port. Programs that are no browsers say nothing and are let in.
    /// </summary>
    public IReadOnlyCollection<string> Origins { get; init; } = [];
}
