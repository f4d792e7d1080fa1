using System.Net;
using Holdfast.Mqtt.Broker;

namespace Holdfast.Mqtt.Tests;

/// <summary>Our broker on a free loopback port.</summary>
internal static class TestBroker
{
    public static readonly MqttBrokerOptions AnyPort = new() { EndPoint = new IPEndPoint(IPAddress.Loopback, 0) };

    public static Task<MqttBroker> StartAsync(MqttBrokerOptions? options = null) =>
        MqttBroker.StartAsync(options ?? AnyPort, TimeProvider.System, new SeededRandom(1), CancellationToken.None);
}
