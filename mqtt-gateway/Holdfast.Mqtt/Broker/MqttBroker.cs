using System.Net;

namespace Holdfast.Mqtt.Broker;

public sealed class MqttBroker : IAsyncDisposable
{
    /// <exception cref="IOException">The address and port cannot be listened on; the message says which and what to do.</exception>
    public static Task<MqttBroker> StartAsync(
        MqttBrokerOptions options,
        TimeProvider clock,
        SeededRandom random,
        CancellationToken cancellationToken
    ) => throw new NotImplementedException();

    /// <summary>Where it listens, with the actual port.</summary>
    public IPEndPoint EndPoint => throw new NotImplementedException();

    public ValueTask DisposeAsync() => throw new NotImplementedException();
}
