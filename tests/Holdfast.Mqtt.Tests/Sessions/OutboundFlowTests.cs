using Holdfast.Mqtt.Packets;
using Holdfast.Mqtt.Sessions;
using Xunit;

namespace Holdfast.Mqtt.Tests.Sessions;

public sealed class OutboundFlowTests
{
    private static readonly MonotonicTime Now = MonotonicTime.FromSeconds(100);

    [Fact]
    public void The_receive_maximum_is_never_passed()
    {
        var flow = Started(2);
        flow.Begin("a", MqttQos.AtLeastOnce, Now);
        var second = flow.Begin("b", MqttQos.ExactlyOnce, Now);
        Assert.False(flow.HasRoom);
        Acknowledge(flow, PacketType.PubRec, second.PacketId);
        Assert.False(flow.HasRoom);
        Acknowledge(flow, PacketType.PubComp, second.PacketId);
        Assert.True(flow.HasRoom);
    }

    [Fact]
    public void A_refused_qos_2_message_makes_room_at_once()
    {
        var flow = Started(1);
        var flight = flow.Begin("a", MqttQos.ExactlyOnce, Now);
        var ack = new AckPacket(PacketType.PubRec, flight.PacketId, ReasonCode.QuotaExceeded);
        Assert.Equal(AckEffect.Completed, flow.Acknowledge(ack, Now).Effect);
        Assert.True(flow.HasRoom);
    }

    [Fact]
    public void On_a_new_link_everything_is_sent_again_in_order_before_anything_new()
    {
        var flow = Started(10);
        var first = flow.Begin("a", MqttQos.AtLeastOnce, Now);
        var second = flow.Begin("b", MqttQos.ExactlyOnce, Now);
        var third = flow.Begin("c", MqttQos.ExactlyOnce, Now);
        Acknowledge(flow, PacketType.PubRec, second.PacketId);
        flow.StartLink(10);
        Assert.False(flow.HasRoom);
        Assert.Equal(
            [first, second, third],
            new[] { flow.TakeResend(Now), flow.TakeResend(Now), flow.TakeResend(Now) }
        );
        Assert.Equal(FlightState.AwaitingPubComp, second.State);
        Assert.Null(flow.TakeResend(Now));
        Assert.True(flow.HasRoom);
    }

    [Fact]
    public void Sending_again_keeps_a_smaller_receive_maximum()
    {
        var flow = Started(10);
        var first = flow.Begin("a", MqttQos.AtLeastOnce, Now);
        var second = flow.Begin("b", MqttQos.AtLeastOnce, Now);
        flow.StartLink(1);
        Assert.Same(first, flow.TakeResend(Now));
        Assert.Null(flow.TakeResend(Now));
        Acknowledge(flow, PacketType.PubAck, first.PacketId);
        Assert.Same(second, flow.TakeResend(Now));
    }

    [Fact]
    public void An_answer_of_the_wrong_kind_is_noticed()
    {
        var flow = Started(10);
        var flight = flow.Begin("a", MqttQos.AtLeastOnce, Now);
        Assert.Equal(AckEffect.Wrong, Acknowledge(flow, PacketType.PubRec, flight.PacketId));
        Assert.Equal(AckEffect.Unknown, Acknowledge(flow, PacketType.PubAck, 999));
    }

    [Fact]
    public void Identifiers_in_use_are_not_given_twice()
    {
        var flow = Started(65_535);
        var held = flow.Begin("held", MqttQos.AtLeastOnce, Now).PacketId;
        for (var i = 0; i < 70_000; i++)
        {
            var id = flow.Begin("a", MqttQos.AtLeastOnce, Now).PacketId;
            Assert.True(id != 0 && id != held);
            Acknowledge(flow, PacketType.PubAck, id);
        }
    }

    private static OutboundFlow<string> Started(int receiveMaximum)
    {
        var flow = new OutboundFlow<string>();
        flow.StartLink(receiveMaximum);
        return flow;
    }

    private static AckEffect Acknowledge(OutboundFlow<string> flow, PacketType type, ushort id) =>
        flow.Acknowledge(new AckPacket(type, id), Now).Effect;
}
