using Holdfast.Gateway.Outbox;
using Holdfast.Gateway.Sparkplug;
using Holdfast.Gateway.Sparkplug.Edge;
using Holdfast.Gateway.Sparkplug.Wire;
using Holdfast.Gateway.Topics;
using Holdfast.Mqtt;
using Holdfast.Testing;
using Xunit;

namespace Holdfast.Gateway.Tests.Sparkplug;

/// <summary>An edge node for a rack named r1 at a site named site, with a node n1, a zone zone-a and a meter; the clock is the test's.</summary>
internal sealed class EdgeRig
{
    public static readonly SparkplugPlan Plan = new("site", "r1")
    {
        Nodes = ["n1"],
        Zones = ["zone-a"],
        Version = "1.2.3",
    };

    public EdgeRig(SparkplugPlan? plan = null, MemoryFolder? disk = null) =>
        Edge = new SparkplugEdge(plan ?? Plan, new BirthDeathSequence(disk ?? new MemoryFolder()));

    public SparkplugEdge Edge { get; }

    public DateTimeOffset Now { get; private set; } = new(2031, 5, 6, 7, 8, 9, 120, TimeSpan.Zero);

    public MonotonicTime At { get; private set; } = MonotonicTime.FromSeconds(1_000);

    /// <summary>What the rack tells; the test changes it.</summary>
    public Dictionary<(string, string), Telemetry> Rack { get; } =
        new Telemetry[]
        {
            Telemetry.Of("n1", "state", "on"),
            Telemetry.Of("n1-inlet", "temperature", Reading.Good(new Celsius(21), default)),
            Telemetry.Of("zone-a", "temperature", Reading.Good(new Celsius(24.5), default)),
            Telemetry.Of("zone-a", "duty", Reading.Good(new Percent(40), default)),
            Telemetry.Of("zone-a", "fan-mode", "auto"),
            Telemetry.Of("meter-grid", "power", Reading.Good(new Watts(800), default)),
            Telemetry.Of("leak-a", "state", "clear"),
            Telemetry.Of("power", "reserved", Reading.Good(new Watts(500), default)),
            Telemetry.Of("power", "source", "grid"),
        }.ToDictionary(t => (t.Device, t.Measurement));

    public static SparkplugHistory HistoryOn(
        MemoryFolder disk,
        OutboxLimits? limits = null,
        List<OutboxMessage>? gaps = null
    ) =>
        new(
            Outboxes.Open(disk, SparkplugHistory.Reader, limits),
            record =>
            {
                gaps?.Add(record);
                return true;
            }
        );

    public void Tell(Telemetry telemetry) => Rack[(telemetry.Device, telemetry.Measurement)] = telemetry;

    public void Wait(double seconds)
    {
        Now += TimeSpan.FromSeconds(seconds);
        At += TimeSpan.FromSeconds(seconds);
    }

    /// <summary>A connection from its will to its births.</summary>
    public (Sent Will, IReadOnlyList<Sent> Births) Connect()
    {
        Wait(2);
        var will = new Sent(Edge.Will(Now));
        Edge.Connect();
        return (will, Step());
    }

    public IReadOnlyList<Sent> Step(double seconds = 0.25)
    {
        Wait(seconds);
        return [.. Output().Send.Select(message => new Sent(message))];
    }

    public EdgeOutput Output() => Edge.Step([.. Rack.Values], Now, At);

    public EdgeReaction Receive(string topic, params Metric[] metrics) =>
        Receive(topic, PayloadOf([.. metrics], PayloadCodec.Stamp(Now)));

    public EdgeReaction Receive(string topic, Payload payload) =>
        Edge.Receive(new MqttMessage(topic, PayloadCodec.Write(payload)));

    public EdgeReaction HostSays(bool online, long timestamp, string host = "scada") =>
        Edge.Receive(new HostState(online, timestamp).Message(host));

    public static Metric Rebirth(bool value = true) => new() { Name = "Node Control/Rebirth", BooleanValue = value };

    public static Payload PayloadOf(IReadOnlyList<Metric> metrics, ulong timestamp)
    {
        var payload = new Payload { Timestamp = timestamp };
        payload.Metrics.Add(metrics);
        return payload;
    }
}

/// <summary>A message that was sent, read again from its bytes.</summary>
internal sealed class Sent(MqttMessage message)
{
    public MqttMessage Message => message;

    public SparkplugTopic Topic { get; } = SparkplugTopic.Parse(message.Topic)!.Value;

    public Payload Payload { get; } = PayloadCodec.Read(message.Payload.Span)!;

    public string Device => Topic.Device;

    public SparkplugVerb Verb => Topic.Verb;

    public Metric this[string name] => Assert.Single(Payload.Metrics, metric => metric.Name == name);

    public Metric this[ulong alias] => Assert.Single(Payload.Metrics, metric => metric.Alias == alias);

    public object? Value(string name) => MetricValues.Get(this[name], (DataType)this[name].Datatype);

    public static string Property(Metric metric, string key) =>
        metric.Properties.Keys.Contains(key)
            ? $"{BasicValues.Of(metric.Properties.Values[metric.Properties.Keys.IndexOf(key)])}"
            : "";
}
