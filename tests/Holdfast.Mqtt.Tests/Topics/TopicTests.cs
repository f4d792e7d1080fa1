using Holdfast.Mqtt.Broker;
using Holdfast.Mqtt.Packets;
using Xunit;

namespace Holdfast.Mqtt.Tests.Topics;

public sealed class TopicTests
{
    [Theory]
    [InlineData("a", true)]
    [InlineData("/", true)]
    [InlineData("a//b", true)]
    [InlineData("#", true)]
    [InlineData("+/+/#", true)]
    [InlineData("a/#", true)]
    [InlineData("$share/g/a/#", true)]
    [InlineData("", false)]
    [InlineData("a#", false)]
    [InlineData("a/#/b", false)]
    [InlineData("a+", false)]
    [InlineData("+a/b", false)]
    [InlineData("a\0", false)]
    [InlineData("$share/g", false)]
    [InlineData("$share//a", false)]
    [InlineData("$share/+/a", false)]
    [InlineData("$share/g/", false)]
    public void Filters_follow_the_rules(string filter, bool valid) => Assert.Equal(valid, TopicFilter.IsValid(filter));

    [Theory]
    [InlineData("a/b", true)]
    [InlineData("$SYS/x", true)]
    [InlineData("", false)]
    [InlineData(null, false)]
    [InlineData("a/+", false)]
    [InlineData("#", false)]
    [InlineData("a\0b", false)]
    public void Names_have_no_wildcards(string? name, bool valid) => Assert.Equal(valid, TopicName.IsValid(name));

    [Fact]
    public void Half_a_surrogate_pair_is_no_text()
    {
        Assert.False(TopicFilter.IsValid("a\ud800"));
        Assert.True(TopicFilter.IsValid("a\ud834\udd1e"));
    }

    [Fact]
    public void A_name_has_65535_bytes_at_most()
    {
        Assert.True(TopicName.IsValid(new string('a', 65_535)));
        Assert.False(TopicName.IsValid(new string('a', 65_536)));
        Assert.False(TopicName.IsValid(new string('ä', 32_768)));
    }

    // The examples of MQTT 5.0 §4.7.1.2, §4.7.1.3 and §4.7.2.
    [Theory]
    [InlineData("sport/tennis/player1/#", "sport/tennis/player1", true)]
    [InlineData("sport/tennis/player1/#", "sport/tennis/player1/ranking", true)]
    [InlineData("sport/tennis/player1/#", "sport/tennis/player1/score/wimbledon", true)]
    [InlineData("sport/#", "sport", true)]
    [InlineData("sport/tennis/+", "sport/tennis/player1", true)]
    [InlineData("sport/tennis/+", "sport/tennis/player1/ranking", false)]
    [InlineData("sport/+", "sport", false)]
    [InlineData("sport/+", "sport/", true)]
    [InlineData("+/+", "/finance", true)]
    [InlineData("/+", "/finance", true)]
    [InlineData("+", "/finance", false)]
    [InlineData("#", "$SYS/x", false)]
    [InlineData("+/monitor/Clients", "$SYS/monitor/Clients", false)]
    [InlineData("$SYS/#", "$SYS/x", true)]
    [InlineData("$SYS/monitor/+", "$SYS/monitor/Clients", true)]
    [InlineData("a/b", "a/B", false)]
    public void Filters_take_in_what_they_should(string filter, string topic, bool matches)
    {
        Assert.Equal(matches, TopicFilter.Matches(filter, topic));
        Assert.Equal(matches, MatchesInTree(filter, topic));
    }

    [Fact]
    public void The_tree_finds_exactly_what_the_rules_say() =>
        Seeds.All(
            3_000,
            seed =>
            {
                var random = new SeededRandom(seed);
                var (filter, topic) = (Levels(random, "a", "b", "", "+", "#"), Levels(random, "a", "b", "", "$x"));
                return topic.Length == 0
                    || !TopicFilter.IsValid(filter)
                    || TopicFilter.Matches(filter, topic) == MatchesInTree(filter, topic);
            }
        );

    [Fact]
    public void The_tree_forgets_what_is_removed()
    {
        var tree = new SubscriptionTree();
        var session = new Session("a", new DeliveryQueue(new MqttBrokerOptions(), new QueueBudget(0)));
        tree.Add("a/+/c", session, new HeldSubscription(new Subscription("a/+/c", MqttQos.AtMostOnce), 0));
        tree.Remove("a/+/c", session);
        tree.Remove("never/there", session);
        var found = new Matches();
        tree.Match("a/b/c", found);
        Assert.Empty(found.Own);
    }

    private static bool MatchesInTree(string filter, string topic)
    {
        var tree = new SubscriptionTree();
        var session = new Session("a", new DeliveryQueue(new MqttBrokerOptions(), new QueueBudget(0)));
        tree.Add(filter, session, new HeldSubscription(new Subscription(filter, MqttQos.AtMostOnce), 0));
        var found = new Matches();
        tree.Match(topic, found);
        return found.Own.Count == 1;
    }

    private static string Levels(SeededRandom random, params string[] words) =>
        string.Join('/', Enumerable.Range(0, 1 + random.Next(4)).Select(_ => words[random.Next(words.Length)]));
}
