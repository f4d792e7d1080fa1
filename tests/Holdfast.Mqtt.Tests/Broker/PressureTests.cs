using Holdfast.Mqtt.Broker;
using Holdfast.Mqtt.Packets;
using Xunit;

namespace Holdfast.Mqtt.Tests.Broker;

/// <summary>Publishers wait for subscribers that work off their backlog, and for no others.</summary>
public sealed class PressureTests
{
    private static readonly MqttBrokerOptions Options = new() { QueueCountMax = 80 };

    private readonly CoreRig rig = new(Options);
    private readonly CorePeer publisher;
    private readonly CorePeer subscriber;
    private int resumed;

    public PressureTests()
    {
        publisher = rig.Connect("publisher");
        publisher.Link.Resume = () => resumed++;
        subscriber = rig.Connect("subscriber");
        subscriber.Subscribe(new Subscription("t", MqttQos.AtLeastOnce));
    }

    private bool PublisherHasRoom => publisher.Link.HasRoom(rig.Now, out _);

    [Theory]
    [InlineData(MqttQos.AtMostOnce)]
    [InlineData(MqttQos.AtLeastOnce)]
    public void A_publisher_waits_while_a_quarter_of_the_queue_is_full_and_is_told_when_it_is_not(MqttQos qos)
    {
        Publish(20, qos);
        Assert.True(PublisherHasRoom);
        Publish(1, qos);
        Assert.False(PublisherHasRoom);
        foreach (var message in subscriber.Messages().Where(m => m.Qos == MqttQos.AtLeastOnce))
        {
            subscriber.Send(new AckPacket(PacketType.PubAck, message.PacketId));
        }

        Assert.Equal(1, resumed);
        Assert.True(PublisherHasRoom);
    }

    [Fact]
    public void A_publisher_whose_messages_go_elsewhere_does_not_wait()
    {
        var other = rig.Connect("other");
        Publish(30);
        other.Publish("elsewhere");
        Assert.True(other.Link.HasRoom(rig.Now, out _));
    }

    [Fact]
    public void Nobody_waits_longer_for_a_subscriber_that_does_not_read()
    {
        Publish(30);
        Assert.False(publisher.Link.HasRoom(rig.Now, out var until));
        Assert.Equal(rig.Now + Pressure.HoldMax, until);
        rig.Pass(Pressure.HoldMax);
        Assert.True(PublisherHasRoom);
        Publish(100);
        Assert.True(PublisherHasRoom);
        Assert.True(rig.Core.Status.Dropped > 0);
    }

    [Fact]
    public void A_subscriber_that_was_slow_gets_another_chance_when_it_connects_again()
    {
        Publish(30);
        rig.Pass(Pressure.HoldMax);
        Publish(1);
        Assert.True(PublisherHasRoom);
        subscriber.Lose();
        var again = rig.Connect("subscriber");
        again.Subscribe(new Subscription("t", MqttQos.AtMostOnce));
        Publish(30);
        Assert.False(PublisherHasRoom);
    }

    [Fact]
    public void A_publisher_goes_on_when_the_subscriber_it_waits_for_is_gone()
    {
        Publish(30);
        subscriber.Lose();
        Assert.Equal(1, resumed);
        Assert.True(PublisherHasRoom);
    }

    private void Publish(int count, MqttQos qos = MqttQos.AtMostOnce)
    {
        for (var i = 0; i < count; i++)
        {
            publisher.Publish("t", qos);
            publisher.Read();
        }
    }
}
