using Holdfast.Mqtt.Client;
using Holdfast.Mqtt.Packets;
using Xunit;
using Properties = Holdfast.Mqtt.Packets.Properties;

namespace Holdfast.Mqtt.Tests.Client;

/// <summary>One good connection in place of another.</summary>
public sealed class ClientCoreRenewalTests
{
    private readonly CoreAtBroker at = new(new("broker", 1883, "me"));

    [Fact]
    public void What_flies_is_waited_for_what_is_new_waits_and_nothing_fails()
    {
        at.Connect(sessionPresent: false);
        at.Publish(MqttQos.AtLeastOnce, 1);
        var flying = at.Sent().OfType<PublishPacket>().Single();
        Assert.True(at.Core.BeginRenewal());
        Assert.Null(at.Publish(MqttQos.AtLeastOnce, 2));
        Assert.Empty(at.Sent());

        at.Say(new AckPacket(PacketType.PubAck, flying.PacketId));
        Assert.Equal(ReasonCode.Success, Assert.IsType<DisconnectPacket>(Assert.Single(at.Sent())).Reason);
        at.Lose();
        Assert.True(at.Core.IsRenewing);
        Assert.Null(at.Publish(MqttQos.AtMostOnce, 3));

        var sent = at.Connect(sessionPresent: false);
        Assert.Equal(2, sent.OfType<PublishPacket>().Count());
        Assert.Equal([1], at.Outcomes().Select(o => o.Tag));
        Assert.True(at.Core.Connected!.IsRenewal);
        Assert.False(at.Core.IsRenewing);
    }

    [Fact]
    public void Where_the_next_connection_breaks_at_once_what_waited_is_answered()
    {
        at.Connect(sessionPresent: false);
        at.Core.BeginRenewal();
        at.Sent();
        at.Publish(MqttQos.AtLeastOnce, 1);
        at.Lose();
        at.Core.StartLink(at.Now);
        at.Core.LoseLink("refused", at.Now);
        var (tag, outcome) = Assert.Single(at.Outcomes());
        Assert.Equal((1, new PublishOutcome(PublishResult.NotDelivered, "refused")), (tag, outcome));
        Assert.False(at.Core.IsRenewing);
    }

    [Fact]
    public void Where_the_old_connection_breaks_first_it_is_a_loss_as_any()
    {
        at.Connect(sessionPresent: false);
        at.Publish(MqttQos.AtLeastOnce, 1);
        at.Sent();
        at.Core.BeginRenewal();
        at.Lose();
        Assert.Equal(PublishResult.NotDelivered, Assert.Single(at.Outcomes()).Outcome.Result);
        Assert.False(at.Core.IsRenewing);
    }

    [Fact]
    public void Without_a_connection_there_is_nothing_to_renew() => Assert.False(at.Core.BeginRenewal());

    [Fact]
    public void A_message_that_expired_while_it_waited_is_not_sent()
    {
        at.Connect(sessionPresent: false, new Properties { ReceiveMaximum = 1 });
        at.Publish(MqttQos.AtLeastOnce, 1);
        at.Publish(MqttQos.AtLeastOnce, 2, TimeSpan.FromSeconds(2));
        at.Publish(MqttQos.AtLeastOnce, 3, TimeSpan.FromSeconds(9));
        var first = at.Sent().OfType<PublishPacket>().Single();
        at.Pass(TimeSpan.FromSeconds(3));
        at.Say(new AckPacket(PacketType.PubAck, first.PacketId));
        var next = at.Sent().OfType<PublishPacket>().Single();
        Assert.Equal(6u, next.Properties.MessageExpiryInterval);
        Assert.Contains((2, new(PublishResult.NotDelivered, "it expired before it could be sent")), at.Outcomes());
    }

    [Fact]
    public void While_we_read_nothing_the_broker_is_not_late()
    {
        at.Connect(sessionPresent: false);
        at.Publish(MqttQos.AtLeastOnce, 1);
        at.Sent();
        at.Core.HoldReading(true, at.Now);
        at.Pass(TimeSpan.FromSeconds(60));
        Assert.Null(at.Core.Failure);
        Assert.Contains(at.Sent(), packet => packet is PingPacket);
        at.Core.HoldReading(false, at.Now);
        at.Pass(TimeSpan.FromSeconds(9));
        Assert.Null(at.Core.Failure);
        at.Pass(TimeSpan.FromSeconds(2));
        Assert.NotNull(at.Core.Failure);
    }
}
