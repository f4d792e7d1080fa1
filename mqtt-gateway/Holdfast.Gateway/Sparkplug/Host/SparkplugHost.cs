using Holdfast.Gateway.Sparkplug.Wire;
using Holdfast.Mqtt;

namespace Holdfast.Gateway.Sparkplug.Host;

/// <summary>What a host application is called and how patient it is.</summary>
/// <param name="HostId">Unique among the hosts of the broker.</param>
public sealed record SparkplugHostPlan(string HostId)
{
    /// <summary>The groups to follow; empty: all.</summary>
    public IReadOnlyList<string> Groups { get; init; } = [];

    /// <summary>How long a message may be late before its edge node is asked for births (§5.9.1).</summary>
    public TimeSpan ReorderTimeout { get; init; } = TimeSpan.FromSeconds(5);
}

/// <param name="Send">To be published now, in this order.</param>
/// <param name="Updates">What is new.</param>
public sealed record HostOutput(IReadOnlyList<MqttMessage> Send, IReadOnlyList<HostUpdate> Updates);

/// <summary>
/// A host application of Sparkplug B 3.0: follows the births, data and deaths of all edge nodes, in the order of their numbers. Guarantees: a value is
/// told only while its birth is known and no message before it is missing; where one is, or a birth is not known, the edge node is asked for
/// its births; after a death everything is stale; a death of an older connection changes nothing. Pure: time and inputs are arguments. Not thread-safe.
/// </summary>
public sealed partial class SparkplugHost(SparkplugHostPlan plan)
{
    public const int NodesMax = 4_096;

    private readonly Dictionary<(string Group, string Name), HostedNode> nodes = [];
    private HostState state;

    /// <summary>Messages that were not understood, or of more edge nodes, devices or metrics than a host bears.</summary>
    public long Dropped { get; private set; }

    /// <summary>The last known of an edge node, or of a device of it; null: it was never born.</summary>
    public HostedThing? Find(string group, string edgeNode, string device = "") =>
        !nodes.TryGetValue((group, edgeNode), out var node) ? null
        : device.Length == 0 ? node.Self
        : node.Devices.GetValueOrDefault(device);

    public HostOutput Receive(MqttMessage message, DateTimeOffset now, MonotonicTime at)
    {
        if (SparkplugTopic.HostOf(message.Topic) is { } host)
        {
            // Somebody, or our own late will, says that we are gone.
            var wrong = host == plan.HostId && state.Online && HostState.Read(message.Payload) is { Online: false };
            return new HostOutput(wrong ? [state.Message(plan.HostId)] : [], []);
        }

        if (
            message.Retain
            || SparkplugTopic.Parse(message.Topic) is not { Verb: not (SparkplugVerb.NCMD or SparkplugVerb.DCMD) } topic
        )
        {
            return new HostOutput([], []);
        }

        if (PayloadCodec.Read(message.Payload.Span) is not { } payload || NodeOf(topic) is not { } node)
        {
            Dropped++;
            return new HostOutput([], []);
        }

        var output = new Outcome(now, at);
        switch (topic.Verb)
        {
            case SparkplugVerb.NBIRTH:
                BearNode(node, payload, output);
                break;
            case SparkplugVerb.NDEATH:
                if (node.Self.Online && HostedNode.BdSeqOf(payload) == node.BdSeq)
                {
                    Die(node, output);
                }

                break;
            case var _ when !node.Self.Online:
                AskBirth(node, output);
                break;
            default:
                foreach (var (next, told) in node.InOrder(topic, payload, at))
                {
                    Take(node, next, told, output);
                }

                break;
        }

        return new HostOutput(output.Send, output.Updates);
    }

    /// <summary>Asks for births where a message was missing for too long. Call it a few times a second.</summary>
    public HostOutput Tick(DateTimeOffset now, MonotonicTime at)
    {
        var output = new Outcome(now, at);
        foreach (var node in nodes.Values.Where(n => at - n.MissingSince >= plan.ReorderTimeout))
        {
            node.GiveUpWaiting();
            AskBirth(node, output);
        }

        return new HostOutput(output.Send, []);
    }

    private void BearNode(HostedNode node, Payload payload, Outcome output)
    {
        node.Begin(payload);
        node.BirthAsked = MonotonicTime.Never;
        if (!node.Learn("", payload))
        {
            Dropped++;
            return;
        }

        var born = node.Read("", payload, output.Now);
        node.Self.Bear(born, PayloadCodec.Time(payload.Timestamp, output.Now));
        output.Tell(HostNews.NodeBorn, node, "", born);
    }

    /// <summary>With the node all its devices are gone.</summary>
    private static void Die(HostedNode node, Outcome output)
    {
        output.Tell(HostNews.NodeDied, node, "", node.Self.Die(output.Now));
        foreach (var (name, device) in node.Devices.Where(d => d.Value.Online))
        {
            output.Tell(HostNews.DeviceDied, node, name, device.Die(output.Now));
        }

        node.GiveUpWaiting();
    }

    private void Take(HostedNode node, SparkplugTopic topic, Payload payload, Outcome output)
    {
        var at = PayloadCodec.Time(payload.Timestamp, output.Now);
        var device = node.Devices.GetValueOrDefault(topic.Device);
        switch (topic.Verb)
        {
            case SparkplugVerb.DBIRTH when !node.Learn(topic.Device, payload):
                Dropped++;
                break;
            case SparkplugVerb.DBIRTH:
                device ??= node.Devices[topic.Device] = new HostedThing();
                device.Bear(node.Read(topic.Device, payload, output.Now), at);
                output.Tell(HostNews.DeviceBorn, node, topic.Device, [.. device.Metrics.Values]);
                break;
            case SparkplugVerb.NDATA:
                Update(node, node.Self, topic.Device, payload, output);
                break;
            case var _ when device is not { Online: true }:
                AskBirth(node, output);
                break;
            case SparkplugVerb.DDEATH:
                output.Tell(HostNews.DeviceDied, node, topic.Device, device.Die(at));
                break;
            default:
                Update(node, device, topic.Device, payload, output);
                break;
        }
    }

    private static void Update(HostedNode node, HostedThing thing, string device, Payload payload, Outcome output)
    {
        var told = node.Read(device, payload, output.Now);
        told.RemoveAll(metric => !thing.Metrics.ContainsKey(metric.Name));
        thing.Update(told);
        output.Tell(HostNews.Data, node, device, told);
    }

    /// <summary>Not oftener than a message may be late.</summary>
    private void AskBirth(HostedNode node, Outcome output)
    {
        if (output.At - node.BirthAsked >= plan.ReorderTimeout)
        {
            node.BirthAsked = output.At;
            output.Send.Add(
                Command(node.Group, node.Name, "", [("Node Control/Rebirth", DataType.Boolean, true)], output.Now)
            );
        }
    }

    private HostedNode? NodeOf(SparkplugTopic topic)
    {
        var key = (topic.Group, topic.EdgeNode);
        return nodes.TryGetValue(key, out var node) ? node
            : nodes.Count >= NodesMax ? null
            : nodes[key] = new HostedNode(topic.Group, topic.EdgeNode);
    }

    private sealed record Outcome(DateTimeOffset Now, MonotonicTime At)
    {
        public List<MqttMessage> Send { get; } = [];

        public List<HostUpdate> Updates { get; } = [];

        public void Tell(HostNews news, HostedNode node, string device, IReadOnlyList<HostMetric> metrics) =>
            Updates.Add(new HostUpdate(news, node.Group, node.Name, device, metrics));
    }
}
