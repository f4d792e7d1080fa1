using System.Net;

namespace Holdfast.Mqtt.Broker;

/// <summary>Everything for programs of this board, nothing for anybody else.</summary>
public sealed class LoopbackPolicy : IBrokerPolicy
{
    public ConnectVerdict MayConnect(BrokerClient client, ReadOnlySpan<byte> password) =>
        IPAddress.IsLoopback(client.Address) ? ConnectVerdict.Accept : ConnectVerdict.NotAuthorized;

    public ConnectVerdict MayConnectAuthenticated(BrokerClient client) => MayConnect(client, []);

    public bool MayPublish(BrokerClient client, string topic) => true;

    public bool MaySubscribe(BrokerClient client, string filter) => true;
}
