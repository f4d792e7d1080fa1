using Holdfast.Gateway.Bridge;
using Holdfast.Gateway.Outbox;
using Holdfast.Mqtt;
using Xunit;

namespace Holdfast.Gateway.Tests.Bridge;

/// <summary>What goes where, as what, and what goes no further.</summary>
public sealed class BridgeCoreTests
{
    private static readonly BridgePlan Plan = new(
        "region",
        [new UpRule("rack/+/event", MessageClass.Alarm), new UpRule("rack/#", MessageClass.State, "rack/", "site/7/")],
        [new DownRule("site/7/+/+/command/+", "site/7/", "rack/")]
    );

    private readonly BridgeCore core = new(Plan, "own");

    [Fact]
    public void The_first_rule_that_matches_holds()
    {
        var alarm = core.Up(new MqttMessage("rack/r1/event", default), Outboxes.Time, out _);
        var state = core.Up(new MqttMessage("rack/r1/n1/state", default), Outboxes.Time, out _);

        Assert.Equal((MessageClass.Alarm, "rack/r1/event"), (alarm!.Value.Class, alarm.Value.Message.Topic));
        Assert.Equal((MessageClass.State, "site/7/r1/n1/state"), (state!.Value.Class, state.Value.Message.Topic));
        Assert.True(state.Value.Message.Retain);
        Assert.False(alarm.Value.Message.Retain);
    }

    [Theory]
    [InlineData("rack/+/event rack/#", "rack/#")]
    [InlineData("rack/# rack rack/#", "rack/#")]
    [InlineData("a/+ a/b a/b/c +/b", "a/+ a/b/c +/b")]
    [InlineData("a/# a/+/c #", "#")]
    [InlineData("# $SYS/x $SYS/#", "# $SYS/#")]
    [InlineData("+/+ a/#", "+/+ a/#")]
    public void A_filter_within_another_is_not_subscribed_to(string filters, string subscribed)
    {
        var plan = new BridgePlan("b", [.. filters.Split(' ').Select(f => new UpRule(f, MessageClass.Metric))], []);

        Assert.Equal(subscribed.Split(' '), plan.OfLocal(MqttVersion.V5).Select(one => one.Filter));
        Assert.All(plan.OfLocal(MqttVersion.V5), one => Assert.True(one.NoLocal && one.RetainAsPublished));
        Assert.All(plan.OfLocal(MqttVersion.V311), one => Assert.False(one.NoLocal || one.RetainAsPublished));
    }

    [Fact]
    public void What_an_outbox_before_said_of_the_class_holds()
    {
        var message = new MqttMessage("rack/r1/x", default)
        {
            UserProperties = [new(MessageIdentity.ClassProperty, "metric")],
        };

        Assert.Equal(MessageClass.Metric, core.Up(message, Outboxes.Time, out _)!.Value.Class);
    }

    [Fact]
    public void A_command_comes_down_to_its_rack()
    {
        var down = core.Down(new MqttMessage("site/7/r1/n1/command/wake", default), out _);

        Assert.Equal("rack/r1/n1/command/wake", down!.Topic);
        Assert.Equal("region", down.Property(BridgeCore.HopProperty));
    }

    [Fact]
    public void What_was_here_before_or_began_here_goes_no_further()
    {
        var carried = core.Up(new MqttMessage("rack/r1/event", default), Outboxes.Time, out _)!.Value.Message;
        Assert.Null(core.Up(carried, Outboxes.Time, out var again));
        Assert.Equal(Stop.Loop, again);

        var own = new MqttMessage("site/7/r1/n1/command/wake", default)
        {
            UserProperties = [new(MessageIdentity.StreamProperty, "own"), new(MessageIdentity.SequenceProperty, "5")],
        };
        Assert.Null(core.Down(own, out var mine));
        Assert.Equal(Stop.Loop, mine);
    }

    [Fact]
    public void A_message_does_not_wander_for_ever()
    {
        var message = new MqttMessage("rack/r1/event", default);
        for (var hop = 0; hop < BridgeCore.HopsMax; hop++)
        {
            var other = new BridgeCore(Plan with { Id = $"b{hop}" }, $"s{hop}");
            message = other.Up(message, Outboxes.Time, out _)!.Value.Message;
        }

        Assert.Null(core.Up(message, Outboxes.Time, out var why));
        Assert.Equal(Stop.Loop, why);
    }

    [Fact]
    public void What_no_rule_is_for_or_would_have_no_topic_stays()
    {
        Assert.Null(core.Up(new MqttMessage("other/x", default), Outboxes.Time, out var why));
        Assert.Equal(Stop.NoRule, why);

        var bare = new BridgeCore(new BridgePlan("b", [new UpRule("a", MessageClass.Metric, "a")], []), "s");
        Assert.Null(bare.Up(new MqttMessage("a", default), Outboxes.Time, out why));
        Assert.Equal(Stop.BadTopic, why);
    }

    [Fact]
    public void An_envelope_with_hops_that_are_none_is_opened_without_them()
    {
        var json =
            """{"stream":"s","seq":1,"class":null,"low":0,"historical":false,"payload":"","hops":[null,"a"]}"""u8.ToArray();
        var opened = Holdfast.Gateway.Consumer.Envelope.Open(new MqttMessage("t", json));

        Assert.Equal(5, opened.UserProperties.Count);
        Assert.All(opened.UserProperties, property => Assert.NotNull(property.Value));
    }
}
