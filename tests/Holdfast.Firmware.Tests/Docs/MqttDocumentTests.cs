using System.Text.Json;
using System.Text.RegularExpressions;
using Holdfast.Firmware.Appliance;
using Holdfast.Firmware.Tests.Http;
using Holdfast.Gateway.Topics;
using Holdfast.Testing;
using Xunit;

namespace Holdfast.Firmware.Tests.Docs;

/// <summary>The messages in docs/mqtt.md are of the form that the rack sends.</summary>
public sealed partial class MqttDocumentTests
{
    private static readonly RackTopics Topics = new(new RackId("sim"));

    private static string File { get; } = SourceTree.PathOf("docs/mqtt.md");

    [Fact]
    public void Every_message_shown_has_the_members_of_a_real_one()
    {
        var shown = Documents.Blocks(File, "").SelectMany(block => Message().Matches(block)).ToArray();
        Assert.True(shown.Length >= 6);
        foreach (var match in shown)
        {
            var (topic, payload) = (match.Groups[1].Value, JsonDocument.Parse(match.Groups[2].Value).RootElement);
            Assert.Equal(MembersOf(Real(topic)), MembersOf(payload));
        }
    }

    [Fact]
    public void Every_kind_of_topic_is_described()
    {
        var text = global::System.IO.File.ReadAllText(File);
        var measurements = new GatewayRack(new FakeAppliance()).Telemetry().Select(t => t.Measurement).Distinct();
        Assert.All(measurements, name => Assert.Contains($"/{name}`", text, StringComparison.Ordinal));
        Assert.Equal("rack/sim/+/command/+", Topics.CommandFilter);
        Assert.Equal("rack/sim/event", Topics.Events);
    }

    private static ReadOnlyMemory<byte> Real(string topic) =>
        topic switch
        {
            "event" => Topics
                .Of(new RackEvent(1, default, Severity.Info, "node-01", "node-on", "node-01 is on."))
                .Payload,
            "controller/state" => Topics.Controller(true, default).Payload,
            _ when topic.EndsWith("/state", StringComparison.Ordinal) => Topics
                .Of(Telemetry.Of("node-01", "state", "on"), default)
                .Payload,
            _ => Topics.Of(Telemetry.Of("temp-a1", "temperature", Reading.Absent(Unit.Celsius)), default).Payload,
        };

    private static string[] MembersOf(ReadOnlyMemory<byte> payload) =>
        MembersOf(JsonDocument.Parse(payload).RootElement);

    private static string[] MembersOf(JsonElement document) => [.. document.EnumerateObject().Select(m => m.Name)];

    [GeneratedRegex(@"^rack/sim/(\S+) (\{.*\})$", RegexOptions.Multiline)]
    private static partial Regex Message();
}
