using Holdfast.Mqtt.Broker;
using Holdfast.Mqtt.Packets;
using Xunit;
using Properties = Holdfast.Mqtt.Packets.Properties;

namespace Holdfast.Mqtt.Tests.Broker;

public sealed class SessionTests
{
    private static readonly Properties Hour = new() { SessionExpiryInterval = 3_600 };
    private static readonly Will Will = new("will", "died"u8.ToArray(), MqttQos.AtLeastOnce, false, Properties.None);

    private readonly CoreRig rig = new();

    [Fact]
    public void A_session_keeps_what_comes_while_its_client_is_away()
    {
        var first = rig.Connect("a", Hour, cleanStart: false);
        Assert.False(first.Welcome.SessionPresent);
        first.Subscribe(new Subscription("t", MqttQos.ExactlyOnce));
        first.Lose();
        rig.Publish("t", MqttQos.AtLeastOnce);
        rig.Publish("t", MqttQos.AtMostOnce);
        var second = rig.Open();
        second.Send(new ConnectPacket(MqttVersion.V5, "a", false, 60) { Properties = Hour });
        var kept = second.Read();
        Assert.True(Assert.IsType<ConnAckPacket>(kept[0]).SessionPresent);
        Assert.Equal(MqttQos.AtLeastOnce, Assert.IsType<PublishPacket>(Assert.Single(kept[1..])).Qos);
        rig.Publish("t", MqttQos.ExactlyOnce);
        Assert.Equal(MqttQos.ExactlyOnce, Assert.Single(second.Messages()).Qos);
    }

    [Fact]
    public void A_session_expires()
    {
        var first = rig.Connect("a", Hour, cleanStart: false);
        first.Lose();
        rig.Pass(TimeSpan.FromSeconds(3_601));
        Assert.False(rig.Connect("a", Hour, cleanStart: false).Welcome.SessionPresent);
    }

    [Fact]
    public void A_clean_start_ends_the_old_session()
    {
        rig.Connect("a", Hour, cleanStart: false).Lose();
        Assert.False(rig.Connect("a", Hour, cleanStart: true).Welcome.SessionPresent);
    }

    [Fact]
    public void What_was_in_flight_is_sent_again_with_dup()
    {
        var first = rig.Connect("a", Hour, cleanStart: false);
        first.Subscribe(new Subscription("t", MqttQos.ExactlyOnce));
        rig.Publish("t", MqttQos.AtLeastOnce);
        rig.Publish("t", MqttQos.ExactlyOnce);
        var sent = first.Messages();
        first.Send(new AckPacket(PacketType.PubRec, sent[1].PacketId));
        first.Lose();

        var second = rig.Open();
        second.Send(new ConnectPacket(MqttVersion.V5, "a", false, 60) { Properties = Hour });
        var again = second.Read();
        Assert.True(again[1] is PublishPacket { Duplicate: true } p && p.PacketId == sent[0].PacketId);
        Assert.Equal(new AckPacket(PacketType.PubRel, sent[1].PacketId), again[2]);
    }

    [Fact]
    public void A_longer_expiry_than_allowed_is_shortened_and_said()
    {
        var forEver = new Properties { SessionExpiryInterval = uint.MaxValue };
        Assert.Equal(86_400u, rig.Connect("a", forEver).Welcome.Properties.SessionExpiryInterval);
    }

    [Fact]
    public void A_new_connection_takes_the_session_over()
    {
        var first = rig.Connect("a", Hour, cleanStart: false);
        var second = rig.Connect("a", Hour, cleanStart: false);
        Assert.Equal(ReasonCode.SessionTakenOver, first.Disconnected());
        Assert.True(second.Welcome.SessionPresent);
    }

    [Fact]
    public void A_client_without_a_name_gets_one()
    {
        var name = rig.Connect("").Welcome.Properties.AssignedClientIdentifier;
        Assert.NotEqual(name, rig.Connect("").Welcome.Properties.AssignedClientIdentifier);
        Assert.StartsWith("auto-", name, StringComparison.Ordinal);
        var old = rig.Connect("", cleanStart: false, version: MqttVersion.V311);
        Assert.Equal(ReasonCode.ClientIdentifierNotValid, old.Welcome.Reason);
    }

    [Fact]
    public void A_silent_client_is_ended_after_one_and_a_half_keep_alives()
    {
        var client = rig.Connect("a", keepAlive: 10);
        rig.Pass(TimeSpan.FromSeconds(14));
        client.Send(PingPacket.Request);
        Assert.Same(PingPacket.Response, Assert.Single(client.Read()));
        rig.Pass(TimeSpan.FromSeconds(14));
        Assert.Empty(client.Read());
        rig.Pass(TimeSpan.FromSeconds(2));
        Assert.Equal(ReasonCode.KeepAliveTimeout, client.Disconnected());
    }

    [Fact]
    public void A_client_without_keep_alive_is_given_one()
    {
        Assert.Equal((ushort)300, rig.Connect("a", keepAlive: 0).Welcome.Properties.ServerKeepAlive);
        Assert.Equal((ushort)300, rig.Connect("b", keepAlive: 400).Welcome.Properties.ServerKeepAlive);
        Assert.Null(rig.Connect("c", keepAlive: 60).Welcome.Properties.ServerKeepAlive);
    }

    [Fact]
    public void A_will_is_sent_when_the_connection_breaks_and_not_after_a_disconnect()
    {
        var watcher = Watcher();
        rig.Connect("a", will: Will).Lose();
        Assert.Equal("will", Assert.Single(watcher.Messages()).Topic);
        var polite = rig.Connect("a", will: Will);
        polite.Send(new DisconnectPacket(ReasonCode.Success, Properties.None));
        polite.Lose();
        Assert.Empty(watcher.Messages());
        rig.Connect("a", will: Will).Send(new DisconnectPacket(ReasonCode.DisconnectWithWill, Properties.None));
        Assert.Single(watcher.Messages());
    }

    [Fact]
    public void A_will_waits_for_its_delay()
    {
        var watcher = Watcher();
        rig.Connect("a", Hour, Delayed(60)).Lose();
        rig.Pass(TimeSpan.FromSeconds(59));
        Assert.Empty(watcher.Messages());
        rig.Pass(TimeSpan.FromSeconds(2));
        Assert.Single(watcher.Messages());
    }

    [Fact]
    public void A_client_that_comes_back_in_time_takes_its_will_back()
    {
        var watcher = Watcher();
        rig.Connect("a", Hour, Delayed(60)).Lose();
        rig.Connect("a", Hour, cleanStart: false);
        rig.Pass(TimeSpan.FromSeconds(50));
        rig.Pass(TimeSpan.FromSeconds(50));
        Assert.Empty(watcher.Messages());
    }

    [Fact]
    public void A_will_is_sent_when_its_session_ends_before_its_delay()
    {
        var watcher = Watcher();
        rig.Connect("a", Hour, Delayed(60)).Lose();
        rig.Connect("a", Hour, cleanStart: true);
        Assert.Single(watcher.Messages());
        rig.Connect("b", new Properties { SessionExpiryInterval = 5 }, Delayed(60)).Lose();
        rig.Pass(TimeSpan.FromSeconds(6));
        Assert.Single(watcher.Messages());
    }

    [Fact]
    public void Too_many_sessions_are_refused()
    {
        var small = new CoreRig(new MqttBrokerOptions { SessionsMax = 2 });
        small.Connect("a", Hour).Lose();
        small.Connect("b");
        Assert.Equal(ReasonCode.QuotaExceeded, small.Connect("c").Welcome.Reason);
        Assert.True(small.Connect("a", Hour, cleanStart: false).Welcome.SessionPresent);
    }

    [Fact]
    public void What_may_not_come_ends_the_connection()
    {
        Packet[] wrong =
        [
            new ConnectPacket(MqttVersion.V5, "a", true, 60),
            new AuthPacket(ReasonCode.ContinueAuthentication, Properties.None),
            new ConnAckPacket(false, ReasonCode.Success, Properties.None),
            PingPacket.Response,
            new DisconnectPacket(ReasonCode.Success, Hour),
        ];
        foreach (var packet in wrong)
        {
            var client = rig.Connect("a");
            Assert.False(client.Send(packet));
            Assert.Equal(ReasonCode.ProtocolError, client.Disconnected());
        }
    }

    [Fact]
    public void What_a_connection_makes_us_keep_is_limited()
    {
        var heavy = Will with { Payload = new byte[MqttBrokerOptions.WillBytesMax] };
        Assert.Equal(ReasonCode.PacketTooLarge, rig.Connect("a", will: heavy).Welcome.Reason);

        var named = rig.Open();
        named.Send(new ConnectPacket(MqttVersion.V5, "b", true, 60) { UserName = new string('u', 2_000) });
        Assert.Equal(ReasonCode.BadUserNameOrPassword, Assert.IsType<ConnAckPacket>(named.Read()[0]).Reason);

        var aliasing = rig.Connect("c");
        aliasing.Publish(new string('t', 2_000), properties: new Properties { TopicAlias = 1 });
        Assert.Equal(ReasonCode.TopicAliasInvalid, aliasing.Disconnected());
    }

    [Fact]
    public void Enhanced_authentication_is_refused()
    {
        var method = new Properties { AuthenticationMethod = "SCRAM" };
        Assert.Equal(ReasonCode.BadAuthenticationMethod, rig.Connect("a", method).Welcome.Reason);
    }

    [Fact]
    public void A_stranger_from_the_network_is_not_let_in_by_default()
    {
        var link = rig.Core.Open(System.Net.IPAddress.Parse("192.0.2.7"), () => { }, rig.Now)!;
        var stranger = new CorePeer(rig, link);
        stranger.Send(new ConnectPacket(MqttVersion.V5, "a", true, 60));
        Assert.Equal(ReasonCode.NotAuthorized, Assert.IsType<ConnAckPacket>(stranger.Read()[0]).Reason);
    }

    private static Will Delayed(uint seconds) =>
        Will with
        {
            Properties = new Properties { WillDelayInterval = seconds },
        };

    private CorePeer Watcher()
    {
        var watcher = rig.Connect("watcher", keepAlive: 300);
        watcher.Subscribe(new Subscription("will", MqttQos.AtMostOnce));
        return watcher;
    }
}
