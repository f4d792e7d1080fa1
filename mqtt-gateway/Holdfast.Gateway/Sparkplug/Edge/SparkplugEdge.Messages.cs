using Holdfast.Gateway.Sparkplug.Wire;
using Holdfast.Gateway.Topics;
using Holdfast.Mqtt;

namespace Holdfast.Gateway.Sparkplug.Edge;

/// <summary>What the messages of an edge node hold.</summary>
public sealed partial class SparkplugEdge
{
    /// <summary>Of each metric that was ever born, the same as long as the process lives; bounded by the board.</summary>
    private readonly Dictionary<(string Device, string Metric), ulong> aliases = [];

    private IEnumerable<MqttMessage> Births(DateTimeOffset now)
    {
        seq = 0;
        born.Clear();
        yield return NodeBirth(now);
        foreach (var device in current.Skip(1).Where(device => device.Alive))
        {
            yield return Born(device, now);
        }
    }

    private MqttMessage NodeBirth(DateTimeOffset now)
    {
        var payload = Stamped(now);
        payload.Metrics.Add(BdSeq(now));
        payload.Metrics.Add(Named(EdgeMetric.Of(EdgeCommands.Rebirth, false), now));
        payload.Metrics.Add(Named(EdgeMetric.Of("Properties/Software", "Holdfast"), now));
        payload.Metrics.Add(Named(EdgeMetric.Of("Properties/Version", plan.Version), now));
        payload.Metrics.Add(current[0].Metrics.Select(metric => Introduced(RackTree.Rack, metric, now)));
        Note(current[0]);
        return Numbered(SparkplugVerb.NBIRTH, RackTree.Rack, payload);
    }

    private MqttMessage Born(EdgeDevice device, DateTimeOffset now)
    {
        var payload = Stamped(now);
        payload.Metrics.Add(device.Metrics.Select(metric => Introduced(device.Name, metric, now)));
        Note(device);
        return Numbered(SparkplugVerb.DBIRTH, device.Name, payload);
    }

    private MqttMessage NodeDeath(DateTimeOffset now)
    {
        var payload = Stamped(now);
        payload.Metrics.Add(BdSeq(now));
        var topic = new SparkplugTopic(plan.Group, SparkplugVerb.NDEATH, plan.EdgeNode);
        return new MqttMessage($"{topic}", PayloadCodec.Write(payload)) { Qos = MqttQos.AtLeastOnce };
    }

    /// <summary>What is new of a device: nothing, what changed, its death, or all of it.</summary>
    private IEnumerable<MqttMessage> Changes(EdgeDevice device, DateTimeOffset now)
    {
        var isBorn = born.Contains(device.Name);
        if (!device.Alive)
        {
            if (isBorn)
            {
                born.Remove(device.Name);
                yield return Numbered(SparkplugVerb.DDEATH, device.Name, Stamped(now));
            }
        }
        else if (!isBorn || NamesDiffer(device))
        {
            yield return Born(device, now);
        }
        else if (Changed(device) is { Count: > 0 } changed)
        {
            var payload = Stamped(now);
            payload.Metrics.Add(changed.Select(metric => Aliased(device.Name, metric, now)));
            changed.ForEach(metric => sent[device.Name][metric.Name] = metric);
            yield return Numbered(DataOf(device.Name), device.Name, payload);
        }
    }

    private List<EdgeMetric> Changed(EdgeDevice device)
    {
        var before = sent.GetValueOrDefault(device.Name);
        var observed = reported.Remove(device.Name);
        return
        [
            .. device.Metrics.Where(metric =>
                before is null
                || !before.TryGetValue(metric.Name, out var last)
                || metric.DiffersFrom(last)
                || (observed && (metric.Writable || metric.Name == EdgeCommands.Result))
            ),
        ];
    }

    private bool NamesDiffer(EdgeDevice device) =>
        !sent.TryGetValue(device.Name, out var before)
        || before.Count != device.Metrics.Count
        || !device.Metrics.All(metric => before.ContainsKey(metric.Name));

    private static SparkplugVerb DataOf(string device) =>
        device == RackTree.Rack ? SparkplugVerb.NDATA : SparkplugVerb.DDATA;

    private void Note(EdgeDevice device)
    {
        BirthCount++;
        born.Add(device.Name);
        reported.Remove(device.Name);
        sent[device.Name] = device.Metrics.ToDictionary(metric => metric.Name, StringComparer.Ordinal);
    }

    private MqttMessage Numbered(SparkplugVerb verb, string device, Payload payload)
    {
        payload.Seq = (ulong)seq;
        seq = (seq + 1) % 256;
        var topic = new SparkplugTopic(plan.Group, verb, plan.EdgeNode, device);
        return new MqttMessage($"{topic}", PayloadCodec.Write(payload));
    }

    private static Payload Stamped(DateTimeOffset now) => new() { Timestamp = PayloadCodec.Stamp(now) };

    private Metric BdSeq(DateTimeOffset now) =>
        Named(new EdgeMetric("bdSeq", DataType.Int64, (long)bdSeq, MetricQuality.Good), now);

    private Metric Introduced(string device, EdgeMetric metric, DateTimeOffset now)
    {
        var introduced = Named(metric, now);
        introduced.Alias = AliasOf(device, metric.Name);
        var properties = new PropertySet().Add(metric.Quality).Add(PropertySets.ReadOnly, !metric.Writable);
        if (metric.Unit is { } unit)
        {
            properties.Add(PropertySets.Unit, unit);
        }

        if (metric.Unit == Unit.Percent.Symbol())
        {
            properties.Add(PropertySets.Low, 0.0).Add(PropertySets.High, 100.0);
        }

        introduced.Properties = properties;
        return introduced;
    }

    private Metric Aliased(string device, EdgeMetric metric, DateTimeOffset now)
    {
        var aliased = Valued(metric, now);
        aliased.Alias = AliasOf(device, metric.Name);
        return aliased;
    }

    private static Metric Named(EdgeMetric metric, DateTimeOffset now)
    {
        var named = Valued(metric, now);
        named.Name = metric.Name;
        return named;
    }

    /// <summary>
    /// The quality goes with every value but in the names that the specification itself gives; so does the type, which §6.4.6 says data should not have: npm's
    /// sparkplug-payload, and so Node-RED, reads no value without it.
    /// </summary>
    private static Metric Valued(EdgeMetric metric, DateTimeOffset now)
    {
        var valued = new Metric { Timestamp = PayloadCodec.Stamp(now), Datatype = (uint)metric.Type };
        MetricValues.Set(valued, metric.Type, metric.Value);
        if (metric.Name != "bdSeq" && metric.Name != EdgeCommands.Rebirth)
        {
            valued.Properties = new PropertySet().Add(metric.Quality);
        }

        return valued;
    }

    private ulong AliasOf(string device, string metric) =>
        KnownAlias(device, metric) ?? (aliases[(device, metric)] = (ulong)aliases.Count + 1);

    private ulong? KnownAlias(string device, string metric) =>
        aliases.TryGetValue((device, metric), out var alias) ? alias : null;
}
