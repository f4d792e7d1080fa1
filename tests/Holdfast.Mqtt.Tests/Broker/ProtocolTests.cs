using Holdfast.Mqtt.Broker;
using Holdfast.Mqtt.Packets;
using Xunit;
using Properties = Holdfast.Mqtt.Packets.Properties;

namespace Holdfast.Mqtt.Tests.Broker;

/// <summary>Redirection, response information, limits of CONNECT, and what differs by option.</summary>
public sealed class ProtocolTests
{
    [Theory]
    [InlineData(false, (byte)ReasonCode.UseAnotherServer)]
    [InlineData(true, (byte)ReasonCode.ServerMoved)]
    public void A_broker_that_drains_sends_its_clients_elsewhere(bool isPermanent, byte reason)
    {
        var rig = new CoreRig();
        var connected = rig.Connect("a");
        var old = rig.Connect("old", version: MqttVersion.V311);
        rig.Core.Redirect(new ServerRedirect("other:1883", isPermanent), rig.Now);
        var told = Assert.IsType<DisconnectPacket>(Assert.Single(connected.Read()));
        Assert.Equal((ReasonCode)reason, told.Reason);
        Assert.Equal("other:1883", told.Properties.ServerReference);
        Assert.True(old.Link.IsClosing);
        Assert.Empty(old.Read());

        var refused = rig.Connect("b").Welcome;
        Assert.Equal((ReasonCode)reason, refused.Reason);
        Assert.Equal("other:1883", refused.Properties.ServerReference);
        Assert.Equal(3, ConnectReturnCode.From(rig.Connect("c", version: MqttVersion.V311).Welcome.Reason));

        rig.Core.Redirect(null, rig.Now);
        Assert.Equal(ReasonCode.Success, rig.Connect("b").Welcome.Reason);
    }

    [Fact]
    public void A_client_that_asks_is_told_where_to_await_responses()
    {
        var rig = new CoreRig(new MqttBrokerOptions { ResponseTopicPrefix = "reply/" });
        var asks = new Properties { RequestResponseInformation = true };
        Assert.Equal("reply/a", rig.Connect("a", asks).Welcome.Properties.ResponseInformation);
        Assert.Null(rig.Connect("a").Welcome.Properties.ResponseInformation);
        Assert.Null(rig.Connect("with+wildcard", asks).Welcome.Properties.ResponseInformation);
        Assert.Null(new CoreRig().Connect("a", asks).Welcome.Properties.ResponseInformation);
    }

    [Theory]
    [InlineData(MqttVersion.V5, 3)]
    [InlineData(MqttVersion.V311, 5)]
    public void Qos_2_messages_under_way_are_limited_for_every_version(MqttVersion version, int max)
    {
        var rig = new CoreRig(new MqttBrokerOptions { ReceiveMaximum = 3, UntoldReceiveMaximum = 5 });
        var client = rig.Connect("a", version: version);
        for (var i = 0; i < max; i++)
        {
            client.Publish("t", MqttQos.ExactlyOnce);
        }

        Assert.False(client.Link.IsClosing);
        client.Publish("t", MqttQos.ExactlyOnce);
        Assert.True(client.Link.IsClosing);
        if (version == MqttVersion.V5)
        {
            Assert.Equal(ReasonCode.ReceiveMaximumExceeded, client.Disconnected());
        }
    }

    [Fact]
    public void A_connection_takes_small_packets_only_until_it_says_who_it_is()
    {
        var rig = new CoreRig();
        var open = rig.Open();
        Assert.Equal(64 * 1024, rig.Core.PacketSizeMax(open.Link));
        Assert.Equal(256 * 1024, rig.Core.PacketSizeMax(rig.Connect("a").Link));
    }

    [Fact]
    public void A_client_that_cannot_take_CONNACK_is_closed_without_a_word()
    {
        var rig = new CoreRig();
        var client = rig.Open();
        client.Send(new ConnectPacket(MqttVersion.V5, "a", true, 60) { Properties = new() { MaximumPacketSize = 2 } });
        Assert.Empty(client.Read());
        Assert.True(client.Link.IsClosing);
    }

    [Theory]
    [InlineData("bell\u0007")]
    [InlineData("next\u0085line")]
    [InlineData("not\uFFFEa character")]
    public void Control_characters_have_no_place_in_names(string name)
    {
        var rig = new CoreRig();
        Assert.Equal(ReasonCode.MalformedPacket, rig.Connect(name).Welcome.Reason);
        var old = rig.Open();
        old.Send(new ConnectPacket(MqttVersion.V311, name, true, 60));
        Assert.Empty(old.Read());
        Assert.True(old.Link.IsClosing);

        var publisher = rig.Connect("p");
        publisher.Publish(name);
        Assert.Equal(ReasonCode.MalformedPacket, publisher.Disconnected());
        var subscriber = rig.Connect("s");
        subscriber.Send(new SubscribePacket(1, [new Subscription(name, MqttQos.AtMostOnce)], Properties.None));
        Assert.Equal(ReasonCode.MalformedPacket, subscriber.Disconnected());
    }

    [Fact]
    public void A_3_1_client_is_served_and_must_name_itself()
    {
        var rig = new CoreRig();
        var client = rig.Connect("a", version: MqttVersion.V31);
        Assert.Equal(ReasonCode.Success, client.Welcome.Reason);
        client.Subscribe(new Subscription("t", MqttQos.AtLeastOnce));
        rig.Publish("t", MqttQos.AtLeastOnce);
        Assert.Single(client.Messages());
        Assert.Equal(ReasonCode.ClientIdentifierNotValid, rig.Connect("", version: MqttVersion.V31).Welcome.Reason);
    }

    [Fact]
    public void A_PUBREC_that_refuses_what_is_not_known_is_not_answered()
    {
        var client = new CoreRig().Connect("a");
        client.Send(new AckPacket(PacketType.PubRec, 9, ReasonCode.UnspecifiedError));
        Assert.Empty(client.Read());
        client.Send(new AckPacket(PacketType.PubRec, 9));
        Assert.Equal(
            ReasonCode.PacketIdentifierNotFound,
            Assert.IsType<AckPacket>(Assert.Single(client.Read())).Reason
        );
    }

    [Fact]
    public void What_only_servers_send_is_a_protocol_error_whatever_stands_in_it()
    {
        foreach (var type in new[] { PacketType.ConnAck, PacketType.SubAck, PacketType.UnsubAck, PacketType.PingResp })
        {
            var rig = new CoreRig();
            var client = rig.Connect("a");
            rig.Core.Fail(client.Link, new DecodeError(ReasonCode.MalformedPacket, "x") { Type = type }, rig.Now);
            Assert.Equal(ReasonCode.ProtocolError, client.Disconnected());
        }
    }

    [Fact]
    public void A_broker_may_keep_its_reasons_to_itself()
    {
        var rig = new CoreRig(new MqttBrokerOptions { ExplainsRefusals = false });
        var client = rig.Connect("a");
        rig.Core.Fail(client.Link, new DecodeError(ReasonCode.MalformedPacket, "x"), rig.Now);
        Assert.Equal(Properties.None, Assert.IsType<DisconnectPacket>(Assert.Single(client.Read())).Properties);
    }
}
