using Holdfast.Mqtt.Packets;
using Holdfast.Mqtt.Sessions;
using Xunit;
using Properties = Holdfast.Mqtt.Packets.Properties;

namespace Holdfast.Mqtt.Tests.Broker;

/// <summary>Topic aliases from the broker to clients that take them (MQTT 5.0 §3.3.2.3.4).</summary>
public sealed class AssignedAliasTests
{
    private readonly CoreRig rig = new();

    [Fact]
    public void A_topic_is_named_once_and_numbered_then()
    {
        var client = Client("a", aliases: 5);
        rig.Publish("long/topic");
        rig.Publish("long/topic", MqttQos.AtLeastOnce);
        rig.Publish("another/topic");
        var messages = client.Messages();
        Assert.Equal(["long/topic", "", "another/topic"], messages.Select(message => message.Topic));
        Assert.Equal([1, 1, 2], messages.Select(message => (int)message.Properties.TopicAlias!));
    }

    [Fact]
    public void A_client_that_takes_none_gets_none()
    {
        var client = Client("a", aliases: 0);
        rig.Publish("long/topic");
        rig.Publish("long/topic");
        Assert.All(client.Messages(), message => Assert.Null(message.Properties.TopicAlias));
    }

    [Fact]
    public void Numbers_are_told_anew_on_a_new_connection()
    {
        var client = Client("a", aliases: 5);
        rig.Publish("long/topic", MqttQos.AtLeastOnce);
        Assert.Equal("long/topic", Assert.Single(client.Messages()).Topic);
        client.Lose();
        var back = rig.Reconnect("a", Takes(5));
        var again = Assert.Single(back.Messages());
        Assert.Equal("long/topic", again.Topic);
        Assert.True(again.Duplicate);
    }

    [Fact]
    public void A_number_is_left_out_where_the_packet_would_be_too_large_with_it()
    {
        var properties = Takes(5) with { MaximumPacketSize = 60 };
        var client = rig.Connect("a", properties);
        client.Subscribe(new Subscription("#", MqttQos.AtMostOnce));
        rig.Publish($"long/{new string('t', 49)}");
        Assert.Null(Assert.Single(client.Messages()).Properties.TopicAlias);
    }

    [Fact]
    public void Numbers_never_pass_the_maximum_and_mean_what_was_told() =>
        Seeds.All(
            200,
            seed =>
            {
                var random = new SeededRandom(seed);
                var maximum = 1 + random.Next(8);
                var ours = new AssignedAliases(maximum);
                var theirs = new string?[maximum + 1];
                for (var i = 0; i < 500; i++)
                {
                    var topic = $"topic/{random.Next(3 + random.Next(20))}";
                    var (alias, isNew) = ours.For(topic);
                    if (isNew)
                    {
                        theirs[alias] = topic;
                    }

                    if (alias > 0 && theirs[alias] != topic)
                    {
                        return false;
                    }
                }

                return true;
            }
        );

    [Fact]
    public void A_frequent_topic_keeps_its_number_among_many_rare_ones()
    {
        var aliases = new AssignedAliases(4);
        aliases.For("frequent");
        for (var i = 0; i < 1_000; i++)
        {
            Assert.False(aliases.For("frequent").IsNew);
            aliases.For($"rare/{i}");
        }
    }

    private static Properties Takes(ushort aliases) =>
        new() { TopicAliasMaximum = aliases, SessionExpiryInterval = 3_600 };

    private CorePeer Client(string id, ushort aliases)
    {
        var client = rig.Connect(id, Takes(aliases), cleanStart: false);
        client.Subscribe(new Subscription("#", MqttQos.AtLeastOnce));
        return client;
    }
}
