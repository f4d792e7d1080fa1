using Holdfast.Mqtt.Broker;
using Holdfast.Mqtt.Packets;
using Xunit;
using Properties = Holdfast.Mqtt.Packets.Properties;

namespace Holdfast.Mqtt.Tests.Broker;

public sealed class RoutingTests
{
    private readonly CoreRig rig = new();

    [Fact]
    public void A_publisher_learns_whether_anybody_listens()
    {
        var client = rig.Connect("a");
        client.Publish("t", MqttQos.AtLeastOnce);
        Assert.Equal(ReasonCode.NoMatchingSubscribers, Assert.IsType<AckPacket>(Assert.Single(client.Read())).Reason);
        client.Subscribe(new Subscription("t", MqttQos.AtMostOnce));
        client.Publish("t", MqttQos.AtLeastOnce);
        Assert.Equal(ReasonCode.Success, client.Read().OfType<AckPacket>().Single().Reason);
    }

    [Fact]
    public void A_qos_2_message_sent_twice_is_routed_once()
    {
        var watcher = Subscribed("watcher", new Subscription("t", MqttQos.ExactlyOnce));
        var client = rig.Connect("a");
        var publish = new PublishPacket("t", default, MqttQos.ExactlyOnce) { PacketId = 5 };
        client.Send(publish);
        client.Send(publish with { Duplicate = true });
        Assert.Equal(2, client.Read().Count(packet => packet is AckPacket { Type: PacketType.PubRec }));
        Assert.Single(watcher.Messages());
        client.Send(new AckPacket(PacketType.PubRel, 5));
        Assert.Equal(new AckPacket(PacketType.PubComp, 5), Assert.Single(client.Read()));
        client.Send(publish);
        Assert.Single(watcher.Messages());
    }

    [Fact]
    public void Overlapping_subscriptions_give_one_message_with_the_highest_qos_and_all_identifiers()
    {
        var client = rig.Connect("a");
        client.Subscribe(new Properties { SubscriptionIdentifiers = [1] }, new Subscription("t/#", MqttQos.AtMostOnce));
        client.Subscribe(
            new Properties { SubscriptionIdentifiers = [2] },
            new Subscription("t/+", MqttQos.AtLeastOnce)
        );
        client.Subscribe(new Subscription("t/x", MqttQos.AtMostOnce));
        rig.Publish("t/x", MqttQos.ExactlyOnce);
        var message = Assert.Single(client.Messages());
        Assert.Equal(MqttQos.AtLeastOnce, message.Qos);
        Assert.Equal([1u, 2u], message.Properties.SubscriptionIdentifiers.Order());
    }

    [Fact]
    public void No_local_keeps_a_clients_own_messages_from_it()
    {
        var client = Subscribed("a", new Subscription("t", MqttQos.AtMostOnce, NoLocal: true));
        client.Publish("t");
        Assert.Empty(client.Messages());
        rig.Publish("t");
        Assert.Single(client.Messages());
    }

    [Fact]
    public void Dollar_topics_are_hidden_from_wildcards_and_sys_belongs_to_the_broker()
    {
        var client = Subscribed(
            "a",
            new Subscription("#", MqttQos.AtMostOnce),
            new Subscription("$x/#", MqttQos.AtMostOnce)
        );
        rig.Publish("$x/y");
        Assert.Equal("$x/y", Assert.Single(client.Messages()).Topic);
        client.Publish("$SYS/load", MqttQos.AtLeastOnce);
        Assert.Equal(ReasonCode.NotAuthorized, client.Read().OfType<AckPacket>().Single().Reason);
    }

    [Theory]
    [InlineData((byte)RetainHandling.Send, 1, 1)]
    [InlineData((byte)RetainHandling.SendIfNew, 1, 0)]
    [InlineData((byte)RetainHandling.DoNotSend, 0, 0)]
    public void Retained_messages_come_as_the_subscription_asks(byte handling, int atFirst, int again)
    {
        rig.Publish("t", retain: true);
        var client = rig.Connect("a");
        var wanted = new Subscription("t", MqttQos.AtMostOnce, RetainHandling: (RetainHandling)handling);
        client.Subscribe(wanted);
        Assert.Equal(atFirst, client.Messages().Count(message => message.Retain));
        client.Subscribe(wanted);
        Assert.Equal(again, client.Messages().Count);
    }

    [Fact]
    public void Live_messages_keep_their_retain_flag_only_where_asked()
    {
        var plain = Subscribed("a", new Subscription("t", MqttQos.AtMostOnce));
        var asPublished = Subscribed("b", new Subscription("t", MqttQos.AtMostOnce, RetainAsPublished: true));
        rig.Publish("t", retain: true);
        Assert.False(Assert.Single(plain.Messages()).Retain);
        Assert.True(Assert.Single(asPublished.Messages()).Retain);
    }

    [Fact]
    public void Messages_expire_while_they_wait_and_tell_what_is_left()
    {
        var hour = new Properties { SessionExpiryInterval = 3_600 };
        var client = rig.Connect("a", hour);
        client.Subscribe(new Subscription("t", MqttQos.AtLeastOnce));
        client.Lose();
        rig.Publish("t", MqttQos.AtLeastOnce, properties: new Properties { MessageExpiryInterval = 10 });
        rig.Publish("t", MqttQos.AtLeastOnce, properties: new Properties { MessageExpiryInterval = 100 });
        rig.Pass(TimeSpan.FromSeconds(30));
        var back = rig.Open();
        back.Send(new ConnectPacket(MqttVersion.V5, "a", false, 60) { Properties = hour });
        Assert.Equal(70u, Assert.Single(back.Messages()).Properties.MessageExpiryInterval);
    }

    [Fact]
    public void Retained_messages_expire()
    {
        rig.Publish("t", retain: true, properties: new Properties { MessageExpiryInterval = 10 });
        Assert.Equal(1, rig.Core.Status.Retained);
        rig.Pass(TimeSpan.FromSeconds(11));
        Assert.Equal(0, rig.Core.Status.Retained);
    }

    [Fact]
    public void A_topic_alias_stands_for_its_topic_and_is_not_passed_on()
    {
        var watcher = Subscribed("watcher", new Subscription("t", MqttQos.AtMostOnce));
        var client = rig.Connect("a");
        var alias = new Properties { TopicAlias = 1 };
        client.Publish("t", properties: alias);
        client.Publish("", properties: alias);
        Assert.All(watcher.Messages(), m => Assert.True(m is { Topic: "t", Properties.TopicAlias: null }));
        client.Publish("", properties: new Properties { TopicAlias = 17 });
        Assert.Equal(ReasonCode.TopicAliasInvalid, client.Disconnected());
    }

    [Fact]
    public void The_clients_receive_maximum_is_kept()
    {
        var client = rig.Connect("a", new Properties { ReceiveMaximum = 2 });
        client.Subscribe(new Subscription("t", MqttQos.AtLeastOnce));
        for (var i = 0; i < 5; i++)
        {
            rig.Publish("t", MqttQos.AtLeastOnce);
        }

        rig.Publish("t", MqttQos.AtLeastOnce);
        var sent = client.Messages();
        Assert.Equal(2, sent.Count);
        client.Send(new AckPacket(PacketType.PubAck, sent[0].PacketId));
        Assert.Single(client.Messages());
    }

    [Fact]
    public void More_than_our_receive_maximum_ends_the_connection()
    {
        var client = rig.Connect("a");
        for (var i = 0; i < 101; i++)
        {
            client.Publish("t", MqttQos.ExactlyOnce);
        }

        Assert.Equal(ReasonCode.ReceiveMaximumExceeded, client.Disconnected());
    }

    [Fact]
    public void A_message_larger_than_the_client_takes_is_left_out()
    {
        var client = rig.Connect("a", new Properties { MaximumPacketSize = 100 });
        client.Subscribe(new Subscription("t", MqttQos.AtLeastOnce));
        var publisher = rig.Connect("p");
        publisher.Publish("t", MqttQos.AtLeastOnce, payload: new string('x', 200));
        publisher.Publish("t", MqttQos.AtLeastOnce, payload: "small");
        Assert.Equal(5, Assert.Single(client.Messages()).Payload.Length);
    }

    [Fact]
    public void A_full_queue_drops_qos_0_first_and_then_ends_the_client()
    {
        var small = new CoreRig(new MqttBrokerOptions { QueueCountMax = 10 });
        var client = small.Connect("a", new Properties { SessionExpiryInterval = 3_600 });
        client.Subscribe(new Subscription("#", MqttQos.AtLeastOnce));
        var publisher = small.Connect("p");
        for (var i = 0; i < 15; i++)
        {
            publisher.Publish($"casual/{i}");
        }

        Assert.Equal(5, small.Core.Status.Dropped);
        for (var i = 0; i < 10; i++)
        {
            publisher.Publish("assured", MqttQos.AtLeastOnce);
        }

        Assert.Equal((15, 0), (small.Core.Status.Dropped, small.Core.Status.Overflowed));
        publisher.Publish("assured", MqttQos.AtLeastOnce);
        Assert.Equal(1, small.Core.Status.Overflowed);
        Assert.Equal(ReasonCode.QuotaExceeded, client.Disconnected());
        Assert.False(small.Connect("a", cleanStart: false).Welcome.SessionPresent);
    }

    [Fact]
    public void All_queues_together_are_bounded_too()
    {
        var small = new CoreRig(new MqttBrokerOptions { QueueBytesTotalMax = 10_000 });
        for (var i = 0; i < 5; i++)
        {
            var away = small.Connect($"away-{i}", new Properties { SessionExpiryInterval = 3_600 });
            away.Subscribe(new Subscription("t", MqttQos.AtLeastOnce));
            away.Lose();
        }

        var publisher = small.Connect("p");
        for (var i = 0; i < 20; i++)
        {
            publisher.Publish("t", MqttQos.AtLeastOnce, payload: new string('x', 1_000));
        }

        Assert.InRange(small.Core.Status.Overflowed, 1, 5);
    }

    [Fact]
    public void A_full_store_refuses_retained_messages_and_keeps_the_old_ones()
    {
        var small = new CoreRig(new MqttBrokerOptions { RetainedCountMax = 2 });
        var client = small.Connect("a");
        ReasonCode Retain(string topic, string payload = "x")
        {
            client.Publish(topic, MqttQos.AtLeastOnce, retain: true, payload: payload);
            return client.Read().OfType<AckPacket>().Single().Reason;
        }

        Retain("a");
        Retain("b");
        Assert.Equal(ReasonCode.QuotaExceeded, Retain("c"));
        Assert.Equal(ReasonCode.NoMatchingSubscribers, Retain("b", "newer"));
        Retain("a", "");
        Assert.Equal(ReasonCode.NoMatchingSubscribers, Retain("c"));
        var old = small.Connect("old", version: MqttVersion.V311);
        old.Publish("d", MqttQos.AtLeastOnce, retain: true);
        Assert.True(old.Link.IsClosing);
        Assert.Empty(old.Read());
    }

    [Fact]
    public void A_client_ended_while_retained_messages_are_sent_leaves_nothing_behind()
    {
        var small = new CoreRig(new MqttBrokerOptions { QueueCountMax = 2 });
        var publisher = small.Connect("p");
        for (var i = 0; i < 3; i++)
        {
            publisher.Publish($"kept/{i}", MqttQos.AtLeastOnce, retain: true);
        }

        var everything = new Subscription("#", MqttQos.AtLeastOnce);
        small.Connect("a").Send(new SubscribePacket(1, [everything, everything], Properties.None));

        Assert.Equal((1, 0), (small.Core.Status.Overflowed, small.Core.Status.QueuedBytes));
    }

    [Fact]
    public void Subscription_identifiers_count_for_the_queue()
    {
        var small = new CoreRig(new MqttBrokerOptions { QueueBytesMax = 1_000 });
        var client = small.Connect("a");
        string[] filters = ["#", "a/#", "a/+/#", "a/b/#", "+/b/#", "a/b/c", "a/b/+", "a/+/c", "+/b/c", "+/+/c"];
        for (uint id = 1; id <= filters.Length; id++)
        {
            var identified = new Properties { SubscriptionIdentifiers = [id] };
            client.Subscribe(identified, new Subscription(filters[id - 1], MqttQos.AtLeastOnce));
        }

        var before = small.Core.Status.QueuedBytes;
        small.Publish("a/b/c", MqttQos.AtLeastOnce);
        Assert.InRange(small.Core.Status.QueuedBytes - before, 180, 300);
    }

    [Fact]
    public void Many_small_user_properties_count_with_what_they_cost_in_memory()
    {
        var client = Subscribed("a", new Subscription("t", MqttQos.AtLeastOnce));
        var many = Enumerable.Range(0, 1_000).Select(_ => new KeyValuePair<string, string>("k", "v"));
        rig.Publish("t", MqttQos.AtLeastOnce, properties: new Properties { UserProperties = [.. many] });

        Assert.True(rig.Core.Status.QueuedBytes > 50_000);
        client.Lose();
        Assert.Equal(0, rig.Core.Status.QueuedBytes);
    }

    [Fact]
    public void Filters_are_refused_when_there_are_too_many_or_too_deep()
    {
        var small = new CoreRig(new MqttBrokerOptions { SubscriptionBytesMax = 2_000 });
        var client = small.Connect("a");
        var deep = new Subscription(string.Join('/', Enumerable.Repeat("a", 201)), MqttQos.AtMostOnce);
        var large = new Subscription(new string('a', 499), MqttQos.AtLeastOnce);
        var reasons = client.Subscribe(deep, large, new Subscription("bb", MqttQos.AtMostOnce), large).Reasons;
        Assert.Equal(
            [ReasonCode.TopicFilterInvalid, ReasonCode.GrantedQos1, ReasonCode.QuotaExceeded, ReasonCode.GrantedQos1],
            reasons
        );
        client.Send(new UnsubscribePacket(9, [large.Filter, "never"], Properties.None));
        Assert.Equal(
            [ReasonCode.Success, ReasonCode.NoSubscriptionExisted],
            Assert.IsType<UnsubAckPacket>(Assert.Single(client.Read())).Reasons
        );
        Assert.Equal([ReasonCode.Success], client.Subscribe(new Subscription("bb", MqttQos.AtMostOnce)).Reasons);
    }

    [Fact]
    public void Whatever_clients_do_the_accounts_are_right_when_they_have_gone() =>
        Seeds.All(
            100,
            seed =>
            {
                var random = new SeededRandom(seed);
                var options = new MqttBrokerOptions
                {
                    QueueCountMax = 20,
                    SessionsMax = 8,
                    RetainedCountMax = 5,
                };
                var storm = new CoreRig(options);
                var peers = new List<CorePeer>();
                for (var i = 0; i < 300; i++)
                {
                    Stir(storm, peers, random, seed + (ulong)i);
                }

                peers.ForEach(peer => peer.Lose());
                storm.Pass(TimeSpan.FromDays(2));
                return storm.Core.Status is { Connections: 0, Sessions: 0, Retained: <= 5, QueuedBytes: 0 };
            }
        );

    private static void Stir(CoreRig storm, List<CorePeer> peers, SeededRandom random, ulong seed)
    {
        if (peers.Count < 6 || random.Chance(0.05))
        {
            var peer = storm.Open();
            var expiry = new Properties { SessionExpiryInterval = (uint)random.Next(2) * 1_000 };
            peer.Send(
                new ConnectPacket(MqttVersion.V5, $"c{random.Next(10)}", random.Chance(0.3), 60) { Properties = expiry }
            );
            peer.Send(new SubscribePacket(1, [new Subscription("#", (MqttQos)random.Next(3))], Properties.None));
            peers.Add(peer);
            return;
        }

        var one = peers[random.Next(peers.Count)];
        var isAlive = one.Send(new RandomPackets(seed, MqttVersion.V5).Next());
        if (random.Chance(0.5))
        {
            one.Read();
        }

        if (!isAlive || random.Chance(0.05))
        {
            one.Lose();
            peers.Remove(one);
        }

        storm.Pass(TimeSpan.FromSeconds(random.Between(0, 10)));
    }

    private CorePeer Subscribed(string clientId, params Subscription[] subscriptions)
    {
        var peer = rig.Connect(clientId);
        peer.Subscribe(subscriptions);
        return peer;
    }
}
