using Holdfast.Mqtt.Client;
using Holdfast.Mqtt.Packets;
using Xunit;
using Properties = Holdfast.Mqtt.Packets.Properties;

namespace Holdfast.Mqtt.Tests.Client;

/// <summary>Subscriptions that come and go while the client lives.</summary>
public sealed class ClientCoreSubscribingTests
{
    private readonly CoreAtBroker at = new(new("broker", 1883, "me") { SessionExpiry = TimeSpan.FromMinutes(5) });

    [Fact]
    public void The_granted_qos_and_the_refusals_are_told()
    {
        at.Connect(sessionPresent: false);
        var request = Subscribe(new("a", MqttQos.ExactlyOnce), new("b"));
        var packet = Assert.IsType<SubscribePacket>(Assert.Single(at.Sent()));
        at.Say(new SubAckPacket(packet.PacketId, [ReasonCode.GrantedQos1, ReasonCode.NotAuthorized], Properties.None));
        Assert.True(at.Core.TryTakeAnswers(out var answered));
        Assert.Same(request, answered.Request);
        Assert.Equal(
            [new("a", true, MqttQos.AtLeastOnce, ""), new("b", false, MqttQos.AtMostOnce, "not authorized (0x87)")],
            answered.Answers
        );
    }

    [Fact]
    public void What_was_granted_is_subscribed_again_without_a_session_and_what_was_refused_is_not()
    {
        at.Connect(sessionPresent: false);
        Subscribe(new("a"), new("b"));
        Grant(ReasonCode.GrantedQos1, ReasonCode.NotAuthorized);
        at.Lose();
        var again = at.Connect(sessionPresent: false).OfType<SubscribePacket>().Single();
        Assert.Equal(["a"], again.Subscriptions.Select(s => s.Filter));
    }

    [Fact]
    public void A_question_that_the_connection_broke_over_is_asked_again()
    {
        at.Connect(sessionPresent: false);
        Subscribe(new MqttSubscription("a"));
        at.Sent();
        at.Lose();
        Assert.False(at.Core.TryTakeAnswers(out _));
        Assert.Contains(at.Connect(sessionPresent: true), packet => packet is SubscribePacket);
    }

    [Fact]
    public void What_is_asked_without_a_connection_waits_for_one()
    {
        Subscribe(new MqttSubscription("a"));
        Assert.Contains(at.Connect(sessionPresent: false), packet => packet is SubscribePacket);
        Grant(ReasonCode.GrantedQos1, at.LastSubscribe!);
        Assert.True(at.Core.TryTakeAnswers(out _));
    }

    [Fact]
    public void What_was_unsubscribed_stays_so()
    {
        at.Connect(sessionPresent: false);
        Subscribe(new("a"), new("b"));
        Grant(ReasonCode.GrantedQos1, ReasonCode.GrantedQos1);
        at.Core.Offer(new SubscriptionRequest([new("a")], isSubscribe: false));
        var packet = Assert.IsType<UnsubscribePacket>(Assert.Single(at.Sent()));
        at.Say(new UnsubAckPacket(packet.PacketId, [ReasonCode.Success], Properties.None));
        at.Lose();
        var again = at.Connect(sessionPresent: false).OfType<SubscribePacket>().Single();
        Assert.Equal(["b"], again.Subscriptions.Select(s => s.Filter));
    }

    [Fact]
    public void An_answer_to_no_question_ends_the_connection()
    {
        at.Connect(sessionPresent: false);
        at.Say(new SubAckPacket(9, [ReasonCode.GrantedQos1], Properties.None));
        Assert.Equal(ReasonCode.ProtocolError, Assert.IsType<DisconnectPacket>(Assert.Single(at.Sent())).Reason);
    }

    [Fact]
    public void A_question_that_is_not_answered_in_time_ends_the_connection()
    {
        at.Connect(sessionPresent: false);
        Subscribe(new MqttSubscription("a"));
        at.Sent();
        at.Pass(TimeSpan.FromSeconds(11));
        Assert.Contains("did not answer SUBSCRIBE", at.Core.Failure!, StringComparison.Ordinal);
    }

    [Fact]
    public void Questions_are_bounded_and_answered_at_the_end()
    {
        for (var i = 0; i < ClientCore<int>.RequestsMax; i++)
        {
            Assert.Null(at.Core.Offer(new SubscriptionRequest([new("a")], isSubscribe: true)));
        }

        Assert.NotNull(at.Core.Offer(new SubscriptionRequest([new("a")], isSubscribe: true)));
        at.Core.Abandon();
        for (var i = 0; i < ClientCore<int>.RequestsMax; i++)
        {
            Assert.True(at.Core.TryTakeAnswers(out var answered));
            Assert.False(Assert.Single(answered.Answers).IsGranted);
        }
    }

    [Fact]
    public void Identifiers_go_with_a_packet_of_their_own_and_only_to_brokers_that_know_them()
    {
        at.Connect(sessionPresent: false);
        Subscribe(new MqttSubscription("a") { Identifier = 7 });
        Assert.Equal([7u], Assert.IsType<SubscribePacket>(Assert.Single(at.Sent())).Properties.SubscriptionIdentifiers);
        at.Lose();
        at.Connect(sessionPresent: false, new Properties { SubscriptionIdentifierAvailable = false });
        Assert.Empty(at.LastSubscribe!.Properties.SubscriptionIdentifiers);
    }

    private SubscriptionRequest Subscribe(params MqttSubscription[] subscriptions)
    {
        var request = new SubscriptionRequest(subscriptions, isSubscribe: true);
        Assert.Null(at.Core.Offer(request));
        return request;
    }

    private void Grant(params ReasonCode[] reasons) =>
        at.Say(new SubAckPacket(at.Sent().OfType<SubscribePacket>().Single().PacketId, reasons, Properties.None));

    private void Grant(ReasonCode reason, SubscribePacket packet) =>
        at.Say(new SubAckPacket(packet.PacketId, [reason], Properties.None));
}
