using Holdfast.Gateway.Topics;
using Holdfast.Mqtt;
using Xunit;

namespace Holdfast.Gateway.Tests.Topics;

/// <summary>Topics and documents, to the letter: other people's programs read them.</summary>
public sealed class RackTopicsTests
{
    private static readonly DateTimeOffset Time = Events.Time;

    private readonly RackTopics topics = new(new RackId("r1"));

    [Fact]
    public void A_measurement()
    {
        var reading = Reading.Good(new Celsius(23.456), MonotonicTime.FromSeconds(1));
        var message = topics.Of(Telemetry.Of("zone-a", "temperature", reading), Time);

        Assert.Equal("rack/r1/zone-a/temperature", message.Topic);
        Assert.Equal(
            """{"value":23.46,"unit":"°C","quality":"good","time":"2031-05-06T07:08:09.12+00:00"}""",
            message.Text
        );
        Assert.Equal((MqttQos.AtMostOnce, true), (message.Qos, message.Retain));
    }

    [Theory]
    [InlineData(Quality.Stale, "stale")]
    [InlineData(Quality.Fault, "fault")]
    [InlineData(Quality.Absent, "absent")]
    public void A_value_that_is_not_known_is_null_and_says_why(Quality quality, string word)
    {
        var reading = new Reading(99, Unit.Watt, MonotonicTime.Never, quality);

        Assert.Equal(
            $$"""{"value":null,"unit":"W","quality":"{{word}}","time":"2031-05-06T07:08:09.12+00:00"}""",
            topics.Of(Telemetry.Of("feed", "power", reading), Time).Text
        );
    }

    [Theory]
    [InlineData(double.NaN)]
    [InlineData(double.PositiveInfinity)]
    [InlineData(double.NegativeInfinity)]
    public void A_value_that_is_no_number_is_a_fault(double value)
    {
        var reading = new Reading(value, Unit.Rpm, MonotonicTime.FromSeconds(1), Quality.Good);

        Assert.Equal(
            """{"value":null,"unit":"rpm","quality":"fault","time":"2031-05-06T07:08:09.12+00:00"}""",
            topics.Of(Telemetry.Of("fan-1", "speed", reading), Time).Text
        );
    }

    [Fact]
    public void A_state()
    {
        var message = topics.Of(Telemetry.Of("n1", "state", "unknown", "its BMC is \"silent\""), Time);

        Assert.Equal("rack/r1/n1/state", message.Topic);
        Assert.Equal(
            """{"state":"unknown","reason":"its BMC is \"silent\"","time":"2031-05-06T07:08:09.12+00:00"}""",
            message.Text
        );
        Assert.Equal((MqttQos.AtLeastOnce, true), (message.Qos, message.Retain));
    }

    [Fact]
    public void A_state_without_reason() =>
        Assert.Equal(
            """{"state":"on","reason":null,"time":"2031-05-06T07:08:09.12+00:00"}""",
            topics.Of(Telemetry.Of("n1", "state", "on"), Time).Text
        );

    [Fact]
    public void An_event_is_not_retained()
    {
        var message = topics.Of(new RackEvent(7, Time, Severity.Critical, "zone-a", "smoke", "Smoke in zone-a."));

        Assert.Equal("rack/r1/event", message.Topic);
        Assert.Equal(
            """{"sequence":7,"time":"2031-05-06T07:08:09.12+00:00","severity":"critical","subject":"zone-a","code":"smoke","text":"Smoke in zone-a."}""",
            message.Text
        );
        Assert.Equal((MqttQos.AtLeastOnce, false), (message.Qos, message.Retain));
        Assert.Equal("r1-7", message.Property("id"));
    }

    [Theory]
    [InlineData(true, "online")]
    [InlineData(false, "offline")]
    public void The_birth_and_the_will(bool online, string state)
    {
        var message = topics.Controller(online, Time);

        Assert.Equal("rack/r1/controller/state", message.Topic);
        Assert.StartsWith($$"""{"state":"{{state}}","reason":null,""", message.Text, StringComparison.Ordinal);
        Assert.Equal((MqttQos.AtLeastOnce, true), (message.Qos, message.Retain));
    }

    [Fact]
    public void Every_message_carries_the_attributes_of_cloudevents()
    {
        MqttMessage[] messages =
        [
            topics.Controller(true, Time),
            topics.Of(Telemetry.Of("n1", "state", "on"), Time),
            topics.Of(Telemetry.Of("n1", "power", Reading.Absent(Unit.Watt)), Time),
            topics.Of(Events.Of(1)),
        ];

        Assert.All(
            messages,
            message =>
            {
                Assert.Equal("application/json", message.ContentType);
                Assert.Equal("1.0", message.Property("specversion"));
                Assert.Equal("/rack/r1", message.Property("source"));
                Assert.StartsWith("holdfast.", message.Property("type"), StringComparison.Ordinal);
                Assert.NotNull(message.Property("time"));
            }
        );
        Assert.Equal(4, messages.Select(message => message.Property("id")).Distinct().Count());
    }

    [Fact]
    public void The_same_thing_sent_again_has_the_same_id()
    {
        var state = Telemetry.Of("n1", "state", "on");

        Assert.Equal(topics.Of(state, Time).Property("id"), topics.Of(state, Time).Property("id"));
        Assert.NotEqual(
            topics.Of(state, Time).Property("id"),
            topics.Of(state, Time.AddMilliseconds(1)).Property("id")
        );
    }

    [Fact]
    public void The_will_of_the_client_is_the_controllers_death()
    {
        var clock = TimeProvider.System;
        var options = GatewayLink.Prepare(new("127.0.0.1", 1, "c"), topics, clock.GetUtcNow());

        Assert.Equal("rack/r1/controller/state", options.Will!.Topic);
        Assert.Contains("offline", options.Will.Text, StringComparison.Ordinal);
        Assert.True(options.Will.Retain);
        Assert.Equal("rack/r1/+/command/+", Assert.Single(options.Subscriptions).Filter);
    }
}
