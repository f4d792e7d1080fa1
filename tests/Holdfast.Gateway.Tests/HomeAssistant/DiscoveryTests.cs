using System.Text.Json;
using Holdfast.Gateway.HomeAssistant;
using Holdfast.Gateway.Topics;
using Holdfast.Mqtt;
using Holdfast.Testing;
using Xunit;

namespace Holdfast.Gateway.Tests.HomeAssistant;

/// <summary>What Home Assistant is told of a rack, against the rules of its documentation.</summary>
public sealed class DiscoveryTests
{
    private static readonly DiscoveryPlan Plan = new(true)
    {
        Nodes = ["n1"],
        Inputs = new Dictionary<string, string>
        {
            ["leak-a"] = "leak",
            ["smoke-a"] = "smoke",
            ["door-a"] = "door",
        },
        Version = "1.2.3",
    };

    private static readonly Telemetry[] Rack =
    [
        Telemetry.Of("n1", "state", "on"),
        Telemetry.Of("n1-psu", "power", Reading.Good(new Watts(90), default)),
        Telemetry.Of("zone-a", "temperature", Reading.Good(new Celsius(24.5), default)),
        Telemetry.Of("zone-a", "duty", Reading.Good(new Percent(40), default)),
        Telemetry.Of("zone-a", "fan-mode", "auto"),
        Telemetry.Of("meter-grid", "power", Reading.Good(new Watts(800), default)),
        Telemetry.Of("meter-grid", "energy", Reading.Good(new WattHours(1_200), default)),
        Telemetry.Of("ups", "charge", Reading.Good(new Percent(80), default)),
        Telemetry.Of("fan-1", "speed", Reading.Good(new Rpm(1_200), default)),
        Telemetry.Of("leak-a", "state", "clear"),
        Telemetry.Of("smoke-a", "state", "unknown"),
        Telemetry.Of("door-a", "state", "active"),
        Telemetry.Of("power", "reserved", Reading.Good(new Watts(500), default)),
        Telemetry.Of("power", "source", "grid"),
    ];

    private readonly MemoryFolder disk = new();

    [Fact]
    public void Every_message_has_what_a_device_discovery_needs()
    {
        var messages = Discovery(Plan with { Controls = true }).Changed(Rack);
        Assert.Equal(9, messages.Count);
        foreach (var message in messages)
        {
            Assert.Empty(DiscoveryRules.Problems(message, "homeassistant"));
        }

        var ids = messages.SelectMany(m => Components(m)).Select(c => c.GetProperty("unique_id").GetString()).ToList();
        Assert.Equal(ids.Count, ids.Distinct().Count());
    }

    [Theory]
    [InlineData("zone-a", "temperature", "sensor", "temperature", "°C", "measurement")]
    [InlineData("zone-a", "duty", "sensor", null, "%", "measurement")]
    [InlineData("meter-grid", "power", "sensor", "power", "W", "measurement")]
    [InlineData("meter-grid", "energy", "sensor", "energy", "Wh", "total_increasing")]
    [InlineData("ups", "charge", "sensor", "battery", "%", "measurement")]
    [InlineData("fan-1", "speed", "sensor", null, "rpm", "measurement")]
    [InlineData("leak-a", "state", "binary_sensor", "moisture", null, null)]
    [InlineData("smoke-a", "state", "binary_sensor", "smoke", null, null)]
    [InlineData("door-a", "state", "binary_sensor", "door", null, null)]
    [InlineData("n1", "state", "sensor", "enum", null, null)]
    [InlineData("zone-a", "fan-mode", "sensor", "enum", null, null)]
    [InlineData("power", "source", "sensor", "enum", null, null)]
    public void Each_measurement_is_an_entity_of_its_class_on_our_topic(
        string device,
        string measurement,
        string platform,
        string? deviceClass,
        string? unit,
        string? stateClass
    )
    {
        var entity = Discovery(Plan)
            .Changed(Rack)
            .SelectMany(Components)
            .Single(c => Member(c, "state_topic") == $"rack/r1/{device}/{measurement}");
        Assert.Equal(
            (platform, deviceClass, unit, stateClass),
            (
                Member(entity, "platform"),
                Member(entity, "device_class"),
                Member(entity, "unit_of_measurement"),
                Member(entity, "state_class")
            )
        );
    }

    [Fact]
    public void What_a_nodes_bmc_measures_is_shown_at_the_node()
    {
        var node = Discovery(Plan).Changed(Rack).Single(m => m.Topic == "homeassistant/device/holdfast_r1_n1/config");
        Assert.Equal(["state", "psu power"], Components(node).Select(c => Member(c, "name")));
    }

    [Fact]
    public void Nothing_can_be_switched_unless_it_is_allowed()
    {
        Assert.DoesNotContain(
            Discovery(Plan).Changed(Rack).SelectMany(Components),
            c => c.TryGetProperty("command_topic", out _)
        );
        var buttons = Discovery(Plan with { Controls = true })
            .Changed(Rack)
            .SelectMany(Components)
            .Where(c => Member(c, "platform") == "button");
        Assert.Equal(
            ["rack/r1/n1/command/on", "rack/r1/n1/command/off"],
            buttons.Select(b => Member(b, "command_topic"))
        );
    }

    [Fact]
    public void It_is_told_once_and_again_on_a_new_connection()
    {
        var discovery = Discovery(Plan);
        Assert.Equal(9, discovery.Changed(Rack).Count);
        Assert.Empty(discovery.Changed(Rack));
        discovery.Forget();
        Assert.Equal(9, discovery.Changed(Rack).Count);
    }

    [Fact]
    public void A_device_that_gets_a_new_measurement_is_told_again()
    {
        var discovery = Discovery(Plan);
        discovery.Changed(Rack);
        var changed = discovery.Changed([.. Rack, Telemetry.Of("n1-cpu", "temperature", Reading.Absent(Unit.Celsius))]);
        Assert.Equal("homeassistant/device/holdfast_r1_n1/config", Assert.Single(changed).Topic);
    }

    [Fact]
    public void A_device_that_is_gone_is_taken_back_also_after_a_restart_until_the_broker_has_it()
    {
        Discovery(Plan).Changed(Rack);
        Telemetry[] fewer = [.. Rack.Where(t => t.Device != "ups")];
        for (var restart = 0; restart < 2; restart++)
        {
            Assert.Equal("homeassistant/device/holdfast_r1_ups/config", Gone(Discovery(Plan).Changed(fewer)).Topic);
        }

        var discovery = Discovery(Plan);
        discovery.Delivered(Gone(discovery.Changed(fewer)));
        Assert.DoesNotContain(Discovery(Plan).Changed(fewer), m => m.Payload.IsEmpty);
        Assert.Empty(discovery.Changed(fewer));
    }

    [Fact]
    public void Switched_off_everything_is_taken_back_and_never_on_nothing_is_said()
    {
        Discovery(Plan).Changed(Rack);
        var off = Discovery(Plan with { Enabled = false }).Changed(Rack);
        Assert.Equal(9, off.Count);
        Assert.All(off, message => Assert.True(message is { Payload.IsEmpty: true, Retain: true }));
        Assert.Empty(
            new HomeAssistantDiscovery(new DiscoveryPlan(false), new RackId("r1"), new MemoryFolder()).Changed(Rack)
        );
    }

    [Fact]
    public async Task Jinja_makes_of_our_payloads_what_home_assistant_expects()
    {
        var topics = new RackTopics(new RackId("r1"));
        var entities = Discovery(Plan).Changed(Rack).SelectMany(Components).ToList();
        Telemetry[] unknown =
        [
            Telemetry.Of("zone-a", "temperature", Reading.Absent(Unit.Celsius)),
            Telemetry.Of("n1", "state", "unknown"),
        ];
        var cases = Rack.Concat(unknown).ToArray();
        var rendered = await Jinja.RenderAsync(
            cases.Select(item =>
            {
                var message = topics.Of(item, DateTimeOffset.UnixEpoch);
                var entity = entities.Single(c => Member(c, "state_topic") == message.Topic);
                return (Member(entity, "value_template")!, message.Text);
            })
        );
        Assert.Equal(
            [
                "on",
                "90.0",
                "24.5",
                "40.0",
                "auto",
                "800.0",
                "1200.0",
                "80.0",
                "1200.0",
                "clear",
                "None",
                "active",
                "500.0",
                "grid",
                "None",
                "None",
            ],
            rendered.Select(text =>
                text.Contains('.', StringComparison.Ordinal) || !double.TryParse(text, out _) ? text : $"{text}.0"
            )
        );
        var controller = await Jinja.RenderAsync([
            ("{{ value_json.state }}", topics.Controller(true, DateTimeOffset.UnixEpoch).Text),
        ]);
        Assert.Equal("online", Assert.Single(controller));
    }

    private HomeAssistantDiscovery Discovery(DiscoveryPlan plan) => new(plan, new RackId("r1"), disk);

    private static MqttMessage Gone(IEnumerable<MqttMessage> messages)
    {
        var gone = Assert.Single(messages, message => message.Payload.IsEmpty);
        Assert.True(gone.Retain);
        return gone;
    }

    private static IEnumerable<JsonElement> Components(MqttMessage message) =>
        JsonDocument
            .Parse(message.Payload)
            .RootElement.GetProperty("components")
            .EnumerateObject()
            .Select(c => c.Value);

    private static string? Member(JsonElement json, string name) =>
        json.TryGetProperty(name, out var value) ? value.GetString() : null;
}
