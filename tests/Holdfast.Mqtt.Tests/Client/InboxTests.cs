using Holdfast.Mqtt.Client;
using Holdfast.Mqtt.Packets;
using Xunit;

namespace Holdfast.Mqtt.Tests.Client;

public sealed class InboxTests
{
    private readonly Inbox inbox = new(assuredMax: 3, assuredBytesMax: 1_000);

    public InboxTests() => inbox.StartLink(sessionPresent: false);

    [Fact]
    public void A_qos_1_message_is_acknowledged_when_the_reader_is_done_with_it()
    {
        Assert.Null(Add("a", MqttQos.AtLeastOnce, 7));
        Assert.Equal("a", inbox.Peek()!.Topic);
        Assert.Equal(new AckPacket(PacketType.PubAck, 7), inbox.Finish());
        Assert.Null(inbox.Peek());
    }

    [Fact]
    public void A_message_sent_again_while_it_waits_is_given_once()
    {
        Add("a", MqttQos.AtLeastOnce, 7);
        inbox.StartLink(sessionPresent: true);
        Assert.Null(Add("a", MqttQos.AtLeastOnce, 7));
        Assert.Equal(new AckPacket(PacketType.PubAck, 7), inbox.Finish());
        Assert.Null(inbox.Peek());
    }

    [Fact]
    public void A_message_finished_without_a_connection_is_acknowledged_when_it_comes_again()
    {
        Add("a", MqttQos.AtLeastOnce, 7);
        inbox.StartLink(sessionPresent: true);
        Assert.Null(inbox.Finish());
        Assert.Equal(new AckPacket(PacketType.PubAck, 7), Add("a", MqttQos.AtLeastOnce, 7));
        Assert.Null(inbox.Peek());
    }

    [Fact]
    public void Nothing_of_a_lost_session_is_acknowledged()
    {
        Add("old", MqttQos.AtLeastOnce, 7);
        inbox.StartLink(sessionPresent: false);
        Add("new", MqttQos.AtLeastOnce, 7);
        Assert.Equal("old", inbox.Peek()!.Topic);
        Assert.Null(inbox.Finish());
        Assert.Equal("new", inbox.Peek()!.Topic);
        Assert.NotNull(inbox.Finish());
    }

    [Fact]
    public void A_qos_2_message_is_taken_once_until_it_is_released()
    {
        Add("a", MqttQos.ExactlyOnce, 7);
        Assert.Equal(new AckPacket(PacketType.PubRec, 7), inbox.Finish());
        Assert.Equal(new AckPacket(PacketType.PubRec, 7), Add("a", MqttQos.ExactlyOnce, 7));
        Assert.Null(inbox.Peek());
        Assert.Equal(new AckPacket(PacketType.PubComp, 7), inbox.Release(7));
        Assert.Equal(new AckPacket(PacketType.PubComp, 7, ReasonCode.PacketIdentifierNotFound), inbox.Release(7));
        Add("b", MqttQos.ExactlyOnce, 7);
        Assert.Equal("b", inbox.Peek()!.Topic);
    }

    [Fact]
    public void A_broker_that_floods_is_noticed()
    {
        Add("a", MqttQos.AtLeastOnce, 1);
        Add("a", MqttQos.AtLeastOnce, 2);
        Add("a", MqttQos.ExactlyOnce, 3);
        Assert.False(inbox.TryAdd(Message("a", MqttQos.AtLeastOnce), 4, 10, out _));
        inbox.Finish();
        Assert.True(inbox.TryAdd(Message("a", MqttQos.AtLeastOnce), 4, 10, out _));
    }

    [Fact]
    public void A_broker_that_never_releases_qos_2_messages_is_noticed()
    {
        for (ushort id = 1; id <= 3; id++)
        {
            Add("a", MqttQos.ExactlyOnce, id);
            inbox.Finish();
        }

        Assert.False(inbox.TryAdd(Message("a", MqttQos.ExactlyOnce), 4, 10, out _));
        inbox.Release(2);
        Assert.True(inbox.TryAdd(Message("a", MqttQos.ExactlyOnce), 4, 10, out _));
    }

    [Fact]
    public void Qos_0_messages_beyond_the_limit_are_dropped_and_counted()
    {
        for (var i = 0; i < Inbox.CasualMax + 5; i++)
        {
            Assert.True(inbox.TryAdd(Message($"{i}", MqttQos.AtMostOnce), 0, 10, out _));
        }

        Assert.Equal(5, inbox.Dropped);
        Assert.Equal("0", inbox.Peek()!.Topic);
    }

    private AckPacket? Add(string topic, MqttQos qos, ushort id)
    {
        Assert.True(inbox.TryAdd(Message(topic, qos), id, 10, out var ack));
        return ack;
    }

    private static MqttMessage Message(string topic, MqttQos qos) => new(topic, default) { Qos = qos };
}
