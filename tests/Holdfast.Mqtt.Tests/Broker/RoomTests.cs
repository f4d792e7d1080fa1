using Holdfast.Mqtt.Broker;
using Holdfast.Mqtt.Packets;
using Xunit;

namespace Holdfast.Mqtt.Tests.Broker;

/// <summary>When all queues together are full, whoever has the most waiting pays for it.</summary>
public sealed class RoomTests
{
    private const int PayloadSize = 1_000;

    private readonly CoreRig rig = new(new MqttBrokerOptions { QueueBytesTotalMax = 50_000, QueueBytesMax = 45_000 });
    private readonly CorePeer publisher;

    public RoomTests() => publisher = rig.Connect("publisher");

    [Theory]
    [InlineData(MqttQos.AtMostOnce)]
    [InlineData(MqttQos.AtLeastOnce)]
    public void A_client_that_reads_gets_its_messages_though_others_fill_all_queues(MqttQos qos)
    {
        Subscriber("greedy-1", "flood", qos);
        Subscriber("greedy-2", "flood", qos);
        var good = Subscriber("good", "good", MqttQos.AtLeastOnce);
        for (var i = 0; i < 200; i++)
        {
            Publish("flood", qos);
            Publish("good", MqttQos.AtLeastOnce);
            var message = Assert.Single(good.Messages());
            good.Send(new AckPacket(PacketType.PubAck, message.PacketId));
        }

        Assert.InRange(rig.Core.Status.QueuedBytes, 0, 50_000);
    }

    [Fact]
    public void The_largest_queue_drops_its_oldest_messages_with_QoS_0()
    {
        Subscriber("greedy", "flood", MqttQos.AtMostOnce);
        var modest = Subscriber("modest", "good", MqttQos.AtMostOnce);
        for (var i = 0; i < 36; i++)
        {
            Publish("flood", MqttQos.AtMostOnce);
        }

        for (var i = 0; i < 12; i++)
        {
            Publish("good", MqttQos.AtMostOnce);
        }

        Assert.Equal(12, modest.Messages().Count);
        Assert.True(rig.Core.Status.Dropped > 0);
    }

    private CorePeer Subscriber(string clientId, string filter, MqttQos qos)
    {
        var peer = rig.Connect(clientId);
        peer.Subscribe(new Subscription(filter, qos));
        return peer;
    }

    private void Publish(string topic, MqttQos qos)
    {
        publisher.Publish(topic, qos, payload: new string('x', PayloadSize));
        publisher.Read();
    }
}
