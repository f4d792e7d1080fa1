using Holdfast.Mqtt.Client;
using Holdfast.Mqtt.Packets;
using Xunit;
using Properties = Holdfast.Mqtt.Packets.Properties;

namespace Holdfast.Mqtt.Tests.Client;

public sealed class ClientCoreTests
{
    private static readonly MqttClientOptions Plain = new("broker", 1883, "me");
    private static readonly MqttClientOptions Lasting = Plain with { SessionExpiry = TimeSpan.FromMinutes(5) };

    private MonotonicTime now = MonotonicTime.FromSeconds(1_000);

    [Fact]
    public void Nothing_but_connect_is_sent_before_the_broker_answers()
    {
        var core = new ClientCore<int>(Plain);
        core.StartLink(now);
        var connect = Assert.IsType<ConnectPacket>(Assert.Single(Sent(core)));
        Assert.Equal(("me", true, MqttVersion.V5), (connect.ClientId, connect.CleanStart, connect.Version));
        Assert.Equal(PublishResult.NotDelivered, core.Offer(Message(MqttQos.AtMostOnce), 1, now)!.Value.Result);
    }

    [Fact]
    public void Each_connection_has_the_will_that_was_made_for_it()
    {
        var count = 0;
        var core = new ClientCore<int>(
            Plain with
            {
                WillPerConnection = () => ++count < 3 ? new MqttMessage("gone", new byte[] { (byte)count }) : null,
            }
        );
        List<byte[]?> wills = [];
        for (var link = 0; link < 3; link++)
        {
            core.StartLink(now);
            wills.Add(Assert.IsType<ConnectPacket>(Assert.Single(Sent(core))).Will?.Payload.ToArray());
            core.LoseLink("gone", now);
        }

        Assert.Equal(
            [
                [1],
                [2],
                null,
            ],
            wills
        );
    }

    [Fact]
    public void A_will_per_connection_that_may_not_be_sent_is_a_bug_of_its_maker()
    {
        var core = new ClientCore<int>(Plain with { WillPerConnection = () => new MqttMessage("a/#", default) });
        Assert.Throws<ArgumentException>(() => core.StartLink(now));
    }

    [Theory]
    [InlineData(MqttVersion.V5, true, ReasonCode.DisconnectWithWill)]
    [InlineData(MqttVersion.V5, false, ReasonCode.Success)]
    [InlineData(MqttVersion.V311, true, ReasonCode.Success)]
    internal void It_leaves_with_its_will_when_asked_to(MqttVersion version, bool withWill, ReasonCode reason)
    {
        var core = Up(Plain with { Version = version, DisconnectWithWill = withWill });
        Assert.True(core.Finish());
        Assert.Equal(reason, Assert.IsType<DisconnectPacket>(Assert.Single(Sent(core))).Reason);
    }

    [Fact]
    public void It_is_up_when_its_subscriptions_are_answered()
    {
        var core = new ClientCore<int>(Plain with { Subscriptions = [new("a"), new("b", MqttQos.ExactlyOnce)] });
        core.StartLink(now);
        Sent(core);
        core.Receive(new ConnAckPacket(false, ReasonCode.Success, Properties.None), now);
        Assert.False(core.IsUp);
        var subscribe = Assert.IsType<SubscribePacket>(Assert.Single(Sent(core)));
        Assert.Equal(["a", "b"], subscribe.Subscriptions.Select(s => s.Filter));
        ReasonCode[] reasons = [ReasonCode.NotAuthorized, ReasonCode.GrantedQos2];
        core.Receive(new SubAckPacket(subscribe.PacketId, reasons, Properties.None), now);
        Assert.True(core.IsUp);
        Assert.Contains(
            "subscription a refused: not authorized (0x87)",
            core.Connected!.Detail,
            StringComparison.Ordinal
        );
    }

    [Fact]
    public void Subscriptions_are_made_again_only_when_the_session_is_gone()
    {
        var core = new ClientCore<int>(Lasting with { Subscriptions = [new("a")] });
        Assert.Contains(Connect(core, sessionPresent: true), packet => packet is SubscribePacket);
        core.LoseLink("gone", now);
        Assert.DoesNotContain(Connect(core, sessionPresent: true), packet => packet is SubscribePacket);
        core.LoseLink("gone", now);
        Assert.Contains(Connect(core, sessionPresent: false), packet => packet is SubscribePacket);
    }

    [Fact]
    public void Without_a_session_a_broken_connection_answers_what_flew()
    {
        var core = Up(Plain);
        core.Offer(Message(MqttQos.AtLeastOnce), 1, now);
        Sent(core);
        core.Offer(Message(MqttQos.AtLeastOnce), 2, now);
        core.LoseLink("cable pulled", now);
        Assert.Equal(
            [
                (1, new PublishOutcome(PublishResult.NotDelivered, "cable pulled")),
                (2, new(PublishResult.NotDelivered, "cable pulled")),
            ],
            Outcomes(core).OrderBy(o => o.Item1)
        );
    }

    [Fact]
    public void In_a_session_what_flew_is_sent_again_with_dup_in_order()
    {
        var core = Up(Lasting);
        core.Offer(Message(MqttQos.AtLeastOnce), 1, now);
        core.Offer(Message(MqttQos.ExactlyOnce), 2, now);
        core.Offer(Message(MqttQos.ExactlyOnce), 3, now);
        var ids = Sent(core).Cast<PublishPacket>().Select(p => p.PacketId).ToList();
        core.Receive(new AckPacket(PacketType.PubRec, ids[1]), now);
        core.LoseLink("cable pulled", now);
        Assert.Empty(Outcomes(core));

        var sent = Connect(core, sessionPresent: true);
        var (first, second, third) = (sent[1], sent[2], sent[3]);
        Assert.True(first is PublishPacket { Duplicate: true } p1 && p1.PacketId == ids[0]);
        Assert.True(second is AckPacket { Type: PacketType.PubRel } p2 && p2.PacketId == ids[1]);
        Assert.True(third is PublishPacket { Duplicate: true } p3 && p3.PacketId == ids[2]);
        core.Receive(new AckPacket(PacketType.PubAck, ids[0]), now);
        core.Receive(new AckPacket(PacketType.PubComp, ids[1]), now);
        Assert.Equal([1, 2], Outcomes(core).Select(o => o.Item1));
    }

    [Fact]
    public void When_the_session_is_gone_what_flew_is_answered()
    {
        var core = Up(Lasting);
        core.Offer(Message(MqttQos.AtLeastOnce), 1, now);
        Sent(core);
        core.LoseLink("cable pulled", now);
        Connect(core, sessionPresent: false);
        Assert.Equal(PublishResult.NotDelivered, Assert.Single(Outcomes(core)).Item2.Result);
    }

    [Fact]
    public void Away_for_longer_than_the_session_lasts_what_flew_is_answered()
    {
        var core = Up(Lasting);
        core.Offer(Message(MqttQos.AtLeastOnce), 1, now);
        Sent(core);
        core.LoseLink("cable pulled", now);
        Pass(core, TimeSpan.FromMinutes(4));
        Assert.Empty(Outcomes(core));
        Pass(core, TimeSpan.FromMinutes(2));
        Assert.Equal(PublishResult.NotDelivered, Assert.Single(Outcomes(core)).Item2.Result);
    }

    [Fact]
    public void Refused_again_and_again_for_longer_than_the_session_lasts_what_flew_is_answered()
    {
        var core = Up(Lasting);
        core.Offer(Message(MqttQos.AtLeastOnce), 1, now);
        Sent(core);
        core.LoseLink("cable pulled", now);
        for (var minute = 0; minute < 6; minute++)
        {
            core.StartLink(now);
            core.Receive(new ConnAckPacket(false, ReasonCode.NotAuthorized, Properties.None), now);
            core.LoseLink("refused", now);
            Pass(core, TimeSpan.FromMinutes(1));
        }

        Assert.Equal(PublishResult.NotDelivered, Assert.Single(Outcomes(core)).Item2.Result);
    }

    [Fact]
    public void A_link_lasts_from_when_it_is_up()
    {
        var core = new ClientCore<int>(Plain);
        core.StartLink(now);
        Pass(core, TimeSpan.FromSeconds(9));
        core.LoseLink("no answer to CONNECT", now);
        Assert.Equal(TimeSpan.Zero, core.LastLinkWasUpFor);

        Connect(core, sessionPresent: false);
        Pass(core, TimeSpan.FromSeconds(9));
        core.LoseLink("cut", now);
        Assert.Equal(TimeSpan.FromSeconds(9), core.LastLinkWasUpFor);
    }

    [Fact]
    public void The_brokers_receive_maximum_is_kept()
    {
        var core = Up(Plain, new Properties { ReceiveMaximum = 2 });
        for (var i = 0; i < 4; i++)
        {
            core.Offer(Message(MqttQos.AtLeastOnce), i, now);
        }

        var sent = Sent(core).Cast<PublishPacket>().ToList();
        Assert.Equal(2, sent.Count);
        core.Receive(new AckPacket(PacketType.PubAck, sent[0].PacketId), now);
        Assert.Single(Sent(core));
    }

    [Fact]
    public void A_refusal_is_told_with_its_reason()
    {
        var core = Up(Plain);
        core.Offer(Message(MqttQos.AtLeastOnce), 1, now);
        var id = Sent(core).Cast<PublishPacket>().Single().PacketId;
        var text = new Properties { ReasonString = "no\u0007 room" };
        core.Receive(new AckPacket(PacketType.PubAck, id, ReasonCode.QuotaExceeded, text), now);
        var outcome = Assert.Single(Outcomes(core)).Item2;
        Assert.Equal(new(PublishResult.Refused, "broker:1883 refused it: quota exceeded (0x97): no room"), outcome);
    }

    [Fact]
    public void Bad_messages_are_refused_before_they_are_sent()
    {
        var core = Up(Plain);
        MqttMessage[] bad =
        [
            new("a/#", default),
            new("", default),
            new("a\0", default),
            new("a", default) { ResponseTopic = "+" },
            new("a", default) { CorrelationData = new byte[70_000] },
            new("a", default) { UserProperties = [new("x", "\ud800")] },
            new("a", default) { Qos = (MqttQos)3 },
        ];
        Assert.All(bad, message => Assert.Equal(PublishResult.Refused, core.Offer(message, 1, now)!.Value.Result));
        Assert.Empty(Sent(core));
    }

    [Fact]
    public void Silence_is_filled_with_pings_and_a_silent_broker_given_up()
    {
        var core = Up(Plain with { KeepAlive = TimeSpan.FromSeconds(20) });
        Pass(core, TimeSpan.FromSeconds(13));
        Assert.Empty(Sent(core));
        Pass(core, TimeSpan.FromSeconds(2));
        Assert.Same(PingPacket.Request, Assert.Single(Sent(core)));
        core.Receive(PingPacket.Response, now);
        Pass(core, TimeSpan.FromSeconds(15));
        Assert.Same(PingPacket.Request, Assert.Single(Sent(core)));
        Pass(core, TimeSpan.FromSeconds(11));
        Assert.Contains("did not answer PINGREQ", core.Failure!, StringComparison.Ordinal);
    }

    [Fact]
    public void The_brokers_keep_alive_wins()
    {
        var core = Up(Plain, new Properties { ServerKeepAlive = 5 });
        Pass(core, TimeSpan.FromSeconds(4));
        Assert.Same(PingPacket.Request, Assert.Single(Sent(core)));
    }

    [Fact]
    public void An_acknowledgement_that_does_not_come_ends_the_connection()
    {
        var core = Up(Plain);
        core.Offer(Message(MqttQos.AtLeastOnce), 1, now);
        Sent(core);
        Pass(core, TimeSpan.FromSeconds(11));
        Assert.Contains("did not answer a publish", core.Failure!, StringComparison.Ordinal);
        Assert.Equal(LinkState.Closing, core.State);
    }

    [Fact]
    public void A_topic_alias_of_the_broker_stands_for_its_topic()
    {
        var core = Up(Plain);
        var alias = new Properties { TopicAlias = 3 };
        core.Receive(new PublishPacket("long/topic", default, MqttQos.AtMostOnce) { Properties = alias }, now);
        core.Receive(new PublishPacket("", default, MqttQos.AtMostOnce) { Properties = alias }, now);
        Assert.True(core.Inbox.TryTake(out _));
        Assert.True(core.Inbox.TryTake(out var second));
        Assert.Equal("long/topic", second.Message!.Topic);
        var unknown = new Properties { TopicAlias = 4 };
        core.Receive(new PublishPacket("", default, MqttQos.AtMostOnce) { Properties = unknown }, now);
        Assert.Equal(ReasonCode.TopicAliasInvalid, Assert.IsType<DisconnectPacket>(Assert.Single(Sent(core))).Reason);
    }

    [Fact]
    public void What_only_clients_send_is_a_protocol_error()
    {
        var core = Up(Plain);
        core.Receive(PingPacket.Request, now);
        Assert.Equal(ReasonCode.ProtocolError, Assert.IsType<DisconnectPacket>(Assert.Single(Sent(core))).Reason);
    }

    [Fact]
    public void Whatever_comes_every_publish_is_answered_exactly_once() =>
        Seeds.All(
            500,
            seed =>
            {
                var random = new SeededRandom(seed);
                var core = new ClientCore<int>(random.Chance(0.5) ? Plain : Lasting);
                var answers = new int[60];
                for (var i = 0; i < answers.Length; i++)
                {
                    Stir(core, random);
                    answers[i] += core.Offer(Message((MqttQos)random.Next(3)), i, now) is null ? 0 : 1;
                    Settle(core, answers);
                }

                core.LoseLink("end", now);
                core.Abandon();
                Settle(core, answers);
                return answers.All(count => count == 1);
            }
        );

    private void Stir(ClientCore<int> core, SeededRandom random)
    {
        now += TimeSpan.FromSeconds(random.Between(0, 3));
        if (core.State == LinkState.Down)
        {
            Connect(core, random.Chance(0.5) && core.State == LinkState.Down && random.Chance(0.5));
        }
        else if (random.Chance(0.05))
        {
            core.LoseLink("cut", now);
        }
        else if (core.State != LinkState.Closing)
        {
            PacketType[] types = [PacketType.PubAck, PacketType.PubRec, PacketType.PubComp];
            core.Receive(new AckPacket(types[random.Next(3)], (ushort)(1 + random.Next(10))), now);
            core.Tick(now);
        }
        else
        {
            core.LoseLink("closed", now);
        }
    }

    private void Settle(ClientCore<int> core, int[] answers)
    {
        while (core.TryTake(now, out _, out var written))
        {
            answers[written.Tag] += written.Has ? 1 : 0;
        }

        Outcomes(core).ForEach(outcome => answers[outcome.Item1]++);
    }

    private ClientCore<int> Up(MqttClientOptions options, Properties? welcome = null)
    {
        var core = new ClientCore<int>(options);
        Connect(core, sessionPresent: false, welcome);
        Assert.True(core.IsUp);
        return core;
    }

    private List<Packet> Connect(ClientCore<int> core, bool sessionPresent, Properties? welcome = null)
    {
        core.StartLink(now);
        var sent = Sent(core);
        core.Receive(new ConnAckPacket(sessionPresent, ReasonCode.Success, welcome ?? Properties.None), now);
        sent.AddRange(Sent(core));
        if (core.State == LinkState.AwaitingSubAck)
        {
            var subscribe = sent.OfType<SubscribePacket>().Single();
            core.Receive(new SubAckPacket(subscribe.PacketId, [ReasonCode.Success], Properties.None), now);
        }

        return sent;
    }

    private void Pass(ClientCore<int> core, TimeSpan span)
    {
        now += span;
        core.Tick(now);
    }

    private List<Packet> Sent(ClientCore<int> core)
    {
        var sent = new List<Packet>();
        while (core.TryTake(now, out var packet, out _))
        {
            sent.Add(packet);
        }

        return sent;
    }

    private static List<(int, PublishOutcome)> Outcomes(ClientCore<int> core)
    {
        var outcomes = new List<(int, PublishOutcome)>();
        while (core.TryTakeOutcome(out var outcome))
        {
            outcomes.Add(outcome);
        }

        return outcomes;
    }

    private static MqttMessage Message(MqttQos qos) => new("t", new byte[] { 1 }) { Qos = qos };
}
