using Holdfast.Gateway.Sparkplug.Wire;
using Holdfast.Mqtt;
using Holdfast.Mqtt.Client;

namespace Holdfast.Gateway.Sparkplug.Host;

/// <summary>What a host application says: whether it is there, and its commands.</summary>
public sealed partial class SparkplugHost
{
    /// <summary>What the host's client has to be subscribed to: its own STATE first, then the groups.</summary>
    public IReadOnlyList<MqttSubscription> Subscriptions =>
        [
            new(SparkplugTopic.StateOf(plan.HostId)),
            .. plan.Groups.Count == 0
                ? [new MqttSubscription($"{SparkplugTopic.Namespace}/#")]
                : plan.Groups.Select(group => new MqttSubscription($"{SparkplugTopic.Namespace}/{group}/#")),
        ];

    /// <summary>A connection is about to be made: its will, which says that the host is gone.</summary>
    public MqttMessage Will(DateTimeOffset now)
    {
        state = new HostState(false, now.ToUnixTimeMilliseconds());
        return state.Message(plan.HostId);
    }

    /// <summary>The connection stands and the subscriptions are made: what is said first, with the time of the will.</summary>
    public MqttMessage Birth() => (state = state with { Online = true }).Message(plan.HostId);

    /// <summary>What is said before the connection is ended in order.</summary>
    public MqttMessage Death(DateTimeOffset now) =>
        (state = new HostState(false, now.ToUnixTimeMilliseconds())).Message(plan.HostId);

    /// <summary>A command to write metrics of a device, or of the edge node itself: by alias where its birth gave one.</summary>
    public MqttMessage Command(
        string group,
        string edgeNode,
        string device,
        IReadOnlyList<(string Name, DataType Type, object Value)> metrics,
        DateTimeOffset now
    )
    {
        var payload = new Payload { Timestamp = PayloadCodec.Stamp(now) };
        var node = nodes.GetValueOrDefault((group, edgeNode));
        foreach (var (name, type, value) in metrics)
        {
            var written = new Metric { Timestamp = PayloadCodec.Stamp(now), Datatype = (uint)type };
            MetricValues.Set(written, type, value);
            if (node?.AliasOf(device, name) is { } alias)
            {
                written.Alias = alias;
            }
            else
            {
                written.Name = name;
            }

            payload.Metrics.Add(written);
        }

        var verb = device.Length == 0 ? SparkplugVerb.NCMD : SparkplugVerb.DCMD;
        return new MqttMessage($"{new SparkplugTopic(group, verb, edgeNode, device)}", PayloadCodec.Write(payload));
    }
}
