using System.Text;
using Holdfast.Mqtt.Packets;

namespace Holdfast.Mqtt.Broker;

/// <summary>Clients and what waits for them, counted.</summary>
internal readonly record struct BrokerCensus(int Connected, int Subscriptions, int Waiting);

/// <summary>What the broker says itself.</summary>
internal sealed partial class BrokerCore
{
    public BrokerCensus Census =>
        new(
            sessions.Values.Count(session => session.Link is not null),
            sessions.Values.Sum(session => session.Subscriptions.Count),
            sessions.Values.Sum(session => session.Queue.Count)
        );

    /// <summary>Publishes under <c>$SYS/</c>, retained; nothing of it is kept over a restart.</summary>
    public void Say(string topic, string text, MonotonicTime now)
    {
        var packet = new PublishPacket(topic, Encoding.UTF8.GetBytes(text), MqttQos.AtMostOnce) { Retain = true };
        Route(new RoutedMessage(packet, "", now), now);
        SendDueWills(now);
    }
}
