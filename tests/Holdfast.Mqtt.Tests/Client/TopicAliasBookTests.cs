using Holdfast.Mqtt.Client;
using Holdfast.Mqtt.Packets;
using Holdfast.Mqtt.Sessions;
using Xunit;

namespace Holdfast.Mqtt.Tests.Client;

public sealed class TopicAliasBookTests
{
    [Fact]
    public void A_topic_gets_a_number_with_its_second_use_and_goes_by_it_from_the_third()
    {
        var book = new TopicAliasBook(2);
        Assert.Equal(("rack/a", null), Apply(book, "rack/a"));
        Assert.Equal(("rack/a", (ushort?)1), Apply(book, "rack/a"));
        Assert.Equal(("", (ushort?)1), Apply(book, "rack/a"));
        Apply(book, "rack/b");
        Assert.Equal(("rack/b", (ushort?)2), Apply(book, "rack/b"));
    }

    [Fact]
    public void A_busy_topic_takes_the_number_of_one_that_is_hardly_used()
    {
        var book = new TopicAliasBook(1);
        Apply(book, "rack/a");
        Apply(book, "rack/a");
        for (var i = 0; i < 4; i++)
        {
            Assert.Equal(("rack/b", null), Apply(book, "rack/b"));
        }

        Assert.Equal(("rack/b", (ushort?)1), Apply(book, "rack/b"));
        Assert.Equal(("rack/a", null), Apply(book, "rack/a"));
    }

    [Fact]
    public void The_past_does_not_keep_a_number_for_ever()
    {
        var book = new TopicAliasBook(1);
        for (var i = 0; i < 1_000; i++)
        {
            Apply(book, "rack/old");
        }

        var uses = 0;
        while (Apply(book, "rack/new").Alias is null)
        {
            uses++;
        }

        Assert.InRange(uses, 1, 500);
    }

    [Fact]
    public void Whatever_is_sent_the_other_side_finds_the_topic() =>
        Seeds.All(
            100,
            seed =>
            {
                var random = new SeededRandom(seed);
                var (book, other) = (new TopicAliasBook(3), new TopicAliases(3));
                for (var i = 0; i < 2_000; i++)
                {
                    var topic = $"rack/{random.Next(1 + random.Next(40))}";
                    if (other.Resolve(book.Apply(new PublishPacket(topic, default, MqttQos.AtMostOnce))) != topic)
                    {
                        return false;
                    }
                }

                return true;
            }
        );

    [Fact]
    public void Without_numbers_and_with_short_topics_packets_stay_as_they_are()
    {
        var packet = new PublishPacket("t", default, MqttQos.AtMostOnce);
        var book = new TopicAliasBook(5);
        Assert.All(Enumerable.Range(0, 5), _ => Assert.Same(packet, book.Apply(packet)));
        Assert.Same(packet, new TopicAliasBook(0).Apply(packet));
    }

    private static (string Topic, ushort? Alias) Apply(TopicAliasBook book, string topic)
    {
        var sent = book.Apply(new PublishPacket(topic, default, MqttQos.AtMostOnce));
        return (sent.Topic, sent.Properties.TopicAlias);
    }
}
