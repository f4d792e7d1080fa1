using System.Net;
using Holdfast.Mqtt.Broker;

namespace Holdfast.Conformance;

/// <summary>The settings that the suites expect of the broker under test, each named by the suite that asks for it.</summary>
public static class SuiteBroker
{
    private static readonly IPEndPoint AnyPort = new(IPAddress.Loopback, 0);

    public static MqttBrokerOptions Mosquitto { get; } =
        new()
        {
            EndPoint = AnyPort,
            ReceiveMaximum = 20,
            TopicAliasMaximum = 10,
            PacketSizeMax = 268_435_460,
            ExplainsRefusals = false,
            Reasons = ReasonDialect.Mosquitto,
        };

    /// <summary>Paho: a filter nobody may subscribe to, a server keep alive of 60.</summary>
    public static MqttBrokerOptions Paho { get; } =
        new()
        {
            EndPoint = AnyPort,
            KeepAliveMax = TimeSpan.FromSeconds(60),
            ExplainsRefusals = false,
            Policy = new OneFilterDenied("test/nosubscribe"),
        };

    public static Task<MqttBroker> StartAsync(MqttBrokerOptions options, CancellationToken cancellationToken) =>
        MqttBroker.StartAsync(
            options,
            TimeProvider.System,
            new SeededRandom((ulong)Environment.TickCount64),
            cancellationToken
        );

    private sealed class OneFilterDenied(string denied) : IBrokerPolicy
    {
        public ConnectVerdict MayConnect(BrokerClient client, ReadOnlySpan<byte> password) => ConnectVerdict.Accept;

        public bool MayPublish(BrokerClient client, string topic) => true;

        public bool MaySubscribe(BrokerClient client, string filter) => filter != denied;
    }
}
