using Holdfast.Mqtt.Broker;
using Holdfast.Mqtt.Packets;
using Xunit;
using Properties = Holdfast.Mqtt.Packets.Properties;

namespace Holdfast.Mqtt.Tests.Broker;

/// <summary>MQTT 5.0 §4.8.2.</summary>
public sealed class SharedSubscriptionTests
{
    private static readonly Properties Hour = new() { SessionExpiryInterval = 3_600 };

    private readonly CoreRig rig = new();

    [Fact]
    public void Each_message_goes_to_one_member_in_turn()
    {
        CorePeer[] members = [Member("a"), Member("b"), Member("c")];
        for (var i = 0; i < 6; i++)
        {
            rig.Publish("job/1", MqttQos.AtMostOnce);
        }

        Assert.All(members, member => Assert.Equal(2, member.Messages().Count));
    }

    [Fact]
    public void Groups_and_plain_subscriptions_each_get_their_own()
    {
        var a = Member("a");
        a.Subscribe(new Subscription("job/#", MqttQos.AtMostOnce));
        var other = rig.Connect("other");
        other.Subscribe(new Subscription("$share/second/job/+", MqttQos.AtMostOnce));
        rig.Publish("job/1");
        Assert.Equal(2, a.Messages().Count);
        Assert.Single(other.Messages());
    }

    [Fact]
    public void The_identifier_of_the_shared_subscription_comes_along()
    {
        var a = rig.Connect("a");
        a.Subscribe(
            new Properties { SubscriptionIdentifiers = [7] },
            new Subscription("$share/g/job/#", MqttQos.AtLeastOnce)
        );
        rig.Publish("job/1", MqttQos.ExactlyOnce);
        var message = Assert.Single(a.Messages());
        Assert.Equal(MqttQos.AtLeastOnce, message.Qos);
        Assert.Equal([7u], message.Properties.SubscriptionIdentifiers);
    }

    [Fact]
    public void Retained_messages_are_not_sent_with_it()
    {
        rig.Publish("job/1", retain: true);
        Assert.Empty(Member("a").Messages());
    }

    [Fact]
    public void Members_that_are_there_come_before_members_that_are_away()
    {
        Member("a").Lose();
        var b = Member("b");
        for (var i = 0; i < 4; i++)
        {
            rig.Publish("job/1", MqttQos.AtLeastOnce);
        }

        Assert.Equal(4, b.Messages().Count);
    }

    [Fact]
    public void A_member_that_is_behind_gets_less()
    {
        var slow = rig.Connect("slow", new Properties { ReceiveMaximum = 1 });
        slow.Subscribe(new Subscription("$share/g/job/#", MqttQos.AtLeastOnce));
        var quick = Member("quick");
        for (var i = 0; i < 10; i++)
        {
            rig.Publish("job/1", MqttQos.AtLeastOnce);
            slow.Messages();
        }

        Assert.Equal(9, quick.Messages().Count);
    }

    [Fact]
    public void What_waits_for_a_member_that_goes_away_goes_to_another()
    {
        var a = Member("a", new Properties { ReceiveMaximum = 1, SessionExpiryInterval = 3_600 });
        Publish(3);
        Assert.Single(a.Messages());
        var b = Member("b");
        a.Lose();
        Assert.Equal(["1", "2"], Texts(b));
    }

    [Fact]
    public void What_waits_for_a_member_that_is_away_goes_to_one_that_comes()
    {
        Member("a").Lose();
        Publish(3);
        Assert.Equal(["0", "1", "2"], Texts(Member("b")));
    }

    [Fact]
    public void What_a_session_that_ends_had_not_acknowledged_goes_to_another()
    {
        var a = Member("a", new Properties { ReceiveMaximum = 2 });
        Publish(4);
        Assert.Equal(2, a.Messages().Count);
        var b = Member("b");
        a.Lose();
        Assert.Equal(["0", "1", "2", "3"], Texts(b));
    }

    [Fact]
    public void A_qos_2_message_in_flight_goes_to_nobody_else()
    {
        var a = Member("a", new Properties { ReceiveMaximum = 1 });
        rig.Publish("job/1", MqttQos.ExactlyOnce);
        rig.Publish("job/2", MqttQos.ExactlyOnce);
        Assert.Equal("job/1", Assert.Single(a.Messages()).Topic);
        var b = Member("b");
        a.Lose();
        Assert.Equal("job/2", Assert.Single(b.Messages()).Topic);
    }

    [Fact]
    public void A_refused_message_goes_to_nobody_else()
    {
        var a = Member("a");
        Publish(1);
        var id = Assert.Single(a.Messages()).PacketId;
        var b = Member("b");
        a.Send(new AckPacket(PacketType.PubAck, id, ReasonCode.UnspecifiedError));
        a.Lose();
        Assert.Empty(b.Messages());
    }

    [Fact]
    public void A_member_keeps_what_waits_while_nobody_else_is_there()
    {
        Member("a").Lose();
        Publish(2);
        var back = rig.Reconnect("a", Hour);
        Assert.True(back.Welcome.SessionPresent);
        Assert.Equal(["0", "1"], Texts(back));
    }

    [Fact]
    public void A_member_that_overflows_ends_and_the_others_get_its_messages()
    {
        var small = new CoreRig(new MqttBrokerOptions { QueueCountMax = 3 });
        var a = small.Connect("a", new Properties { SessionExpiryInterval = 3_600, ReceiveMaximum = 1 });
        a.Subscribe(new Subscription("$share/g/job/#", MqttQos.AtLeastOnce));
        a.Lose();
        for (var i = 0; i < 4; i++)
        {
            small.Publish("job/1", MqttQos.AtLeastOnce);
        }

        // Nobody was left to take them: the session ended, and says so.
        Assert.Equal(1, small.Core.Status.Overflowed);
        Assert.False(small.Connect("a", Hour, cleanStart: false).Welcome.SessionPresent);
    }

    [Fact]
    public void Unsubscribing_leaves_the_group_to_the_others()
    {
        var a = Member("a");
        var b = Member("b");
        a.Send(new UnsubscribePacket(9, ["$share/g/job/#"], Properties.None));
        Assert.Equal(ReasonCode.Success, Assert.IsType<UnsubAckPacket>(Assert.Single(a.Read())).Reasons[0]);
        Publish(2);
        Assert.Equal(2, b.Messages().Count);
    }

    [Fact]
    public void The_policy_is_asked_about_the_topics_only()
    {
        var asking = new CoreRig(new MqttBrokerOptions { Policy = new OnlyJobs() });
        var a = asking.Connect("a");
        var answer = a.Subscribe(
            new Subscription("$share/g/job/#", MqttQos.AtMostOnce),
            new Subscription("$share/g/x", MqttQos.AtMostOnce)
        );
        Assert.Equal([ReasonCode.Success, ReasonCode.NotAuthorized], answer.Reasons);
    }

    private CorePeer Member(string id, Properties? properties = null)
    {
        var peer = rig.Connect(id, properties ?? Hour);
        peer.Send(new SubscribePacket(1, [new Subscription("$share/g/job/#", MqttQos.ExactlyOnce)], Properties.None));
        Assert.True(BrokerCore.TryTake(peer.Link, rig.Now, out var answer));
        Assert.Equal([ReasonCode.GrantedQos2], Assert.IsType<SubAckPacket>(answer).Reasons);
        return peer;
    }

    private void Publish(int count)
    {
        var publisher = rig.Connect("publisher");
        for (var i = 0; i < count; i++)
        {
            publisher.Publish("job/1", MqttQos.AtLeastOnce, payload: $"{i}");
        }

        publisher.Lose();
    }

    private static List<string> Texts(CorePeer peer) =>
        [.. peer.Messages().Select(message => System.Text.Encoding.UTF8.GetString(message.Payload.Span))];

    private sealed class OnlyJobs : IBrokerPolicy
    {
        public ConnectVerdict MayConnect(BrokerClient client, ReadOnlySpan<byte> password) => ConnectVerdict.Accept;

        public bool MayPublish(BrokerClient client, string topic) => true;

        public bool MaySubscribe(BrokerClient client, string filter) => filter == "job/#";
    }
}
