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
        Add("a", MqttQos.AtLeastOnce, 7);
        Assert.Null(inbox.NextAck());
        var message = Take("a");
        Assert.Null(inbox.NextAck());
        inbox.Finish(message);
        Assert.Equal(new AckPacket(PacketType.PubAck, 7), inbox.NextAck());
        Assert.Null(inbox.NextAck());
        Assert.False(inbox.TryTake(out _));
    }

    [Fact]
    public void Acknowledgements_keep_the_order_of_arrival_whatever_is_done_first()
    {
        Add("a", MqttQos.AtLeastOnce, 7);
        Add("b", MqttQos.ExactlyOnce, 8);
        var (first, second) = (Take("a"), Take("b"));
        inbox.Finish(second);
        Assert.Null(inbox.NextAck());
        inbox.Finish(first);
        Assert.Equal(new AckPacket(PacketType.PubAck, 7), inbox.NextAck());
        Assert.Equal(new AckPacket(PacketType.PubRec, 8), inbox.NextAck());
    }

    [Fact]
    public void A_message_sent_again_while_it_waits_is_given_once()
    {
        Add("a", MqttQos.AtLeastOnce, 7);
        inbox.StartLink(sessionPresent: true);
        Add("a", MqttQos.AtLeastOnce, 7);
        inbox.Finish(Take("a"));
        Assert.Equal(new AckPacket(PacketType.PubAck, 7), inbox.NextAck());
        Assert.False(inbox.TryTake(out _));
    }

    [Fact]
    public void A_message_finished_without_a_connection_is_acknowledged_when_it_comes_again()
    {
        Add("a", MqttQos.AtLeastOnce, 7);
        inbox.StartLink(sessionPresent: true);
        inbox.Finish(Take("a"));
        Assert.Null(inbox.NextAck());
        Add("a", MqttQos.AtLeastOnce, 7);
        Assert.Equal(new AckPacket(PacketType.PubAck, 7), inbox.NextAck());
        Assert.False(inbox.TryTake(out _));
    }

    [Fact]
    public void Nothing_of_a_lost_session_is_acknowledged()
    {
        Add("old", MqttQos.AtLeastOnce, 7);
        inbox.StartLink(sessionPresent: false);
        Add("new", MqttQos.AtLeastOnce, 7);
        inbox.Finish(Take("old"));
        Assert.Null(inbox.NextAck());
        inbox.Finish(Take("new"));
        Assert.NotNull(inbox.NextAck());
    }

    [Fact]
    public void A_qos_2_message_is_taken_once_until_it_is_released()
    {
        Add("a", MqttQos.ExactlyOnce, 7);
        inbox.Finish(Take("a"));
        Assert.Equal(new AckPacket(PacketType.PubRec, 7), inbox.NextAck());
        Add("a", MqttQos.ExactlyOnce, 7);
        Assert.Equal(new AckPacket(PacketType.PubRec, 7), inbox.NextAck());
        Assert.False(inbox.TryTake(out _));
        Assert.Equal(new AckPacket(PacketType.PubComp, 7), inbox.Release(7));
        Assert.Equal(new AckPacket(PacketType.PubComp, 7, ReasonCode.PacketIdentifierNotFound), inbox.Release(7));
        Add("b", MqttQos.ExactlyOnce, 7);
        Take("b");
    }

    [Fact]
    public void A_message_that_a_reader_left_goes_to_the_next_reader_first()
    {
        Add("a", MqttQos.AtLeastOnce, 7);
        Add("b", MqttQos.AtLeastOnce, 8);
        inbox.GiveBack(Take("a"));
        Take("a");
        Take("b");
    }

    [Fact]
    public void A_broker_that_floods_is_noticed()
    {
        Add("a", MqttQos.AtLeastOnce, 1);
        Add("a", MqttQos.AtLeastOnce, 2);
        Add("a", MqttQos.ExactlyOnce, 3);
        Assert.False(inbox.TryAdd(Message("a", MqttQos.AtLeastOnce), 4, 10));
        inbox.Finish(Take("a"));
        inbox.NextAck();
        Assert.True(inbox.TryAdd(Message("a", MqttQos.AtLeastOnce), 4, 10));
    }

    [Fact]
    public void A_broker_that_never_releases_qos_2_messages_is_noticed()
    {
        for (ushort id = 1; id <= 3; id++)
        {
            Add("a", MqttQos.ExactlyOnce, id);
            inbox.Finish(Take("a"));
            inbox.NextAck();
        }

        Assert.False(inbox.TryAdd(Message("a", MqttQos.ExactlyOnce), 4, 10));
        inbox.Release(2);
        Assert.True(inbox.TryAdd(Message("a", MqttQos.ExactlyOnce), 4, 10));
    }

    [Fact]
    public void Qos_0_messages_beyond_the_limit_are_dropped_and_counted()
    {
        for (var i = 0; i < Inbox.CasualMax + 5; i++)
        {
            Assert.True(inbox.TryAdd(Message($"{i}", MqttQos.AtMostOnce), 0, 10));
        }

        Assert.Equal(5, inbox.Dropped);
        Take("0");
    }

    [Fact]
    public void A_message_finished_twice_counts_once()
    {
        Add("a", MqttQos.AtMostOnce, 0);
        var message = Take("a");
        inbox.Finish(message);
        inbox.Finish(message);
        for (var i = 0; i < Inbox.CasualMax; i++)
        {
            Add("b", MqttQos.AtMostOnce, 0);
        }

        Assert.Equal(0, inbox.Dropped);
        Assert.False(inbox.HasRoom);
    }

    private void Add(string topic, MqttQos qos, ushort id) => Assert.True(inbox.TryAdd(Message(topic, qos), id, 10));

    private Received Take(string topic)
    {
        Assert.True(inbox.TryTake(out var received));
        Assert.Equal(topic, received.Message!.Topic);
        return received;
    }

    private static MqttMessage Message(string topic, MqttQos qos) => new(topic, default) { Qos = qos };
}
