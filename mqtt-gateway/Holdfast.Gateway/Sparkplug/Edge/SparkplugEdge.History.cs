using Holdfast.Gateway.Outbox;
using Holdfast.Mqtt;

namespace Holdfast.Gateway.Sparkplug.Edge;

/// <summary>What an edge node keeps while nobody hears it, and tells late.</summary>
public sealed partial class SparkplugEdge
{
    /// <summary>Grows with each birth: then more can be told than before.</summary>
    public int BirthCount { get; private set; }

    /// <summary>Whether what was kept under this topic can be told: its device is born, and with this metric.</summary>
    public bool CanReplay(string key)
    {
        var (device, metric) = Split(key);
        return !birthAsked && born.Contains(device) && sent[device].ContainsKey(metric);
    }

    /// <summary>What was kept, as messages of the present session with its next numbers, as history: a message a device.</summary>
    /// <returns>Nothing where one of them cannot be told now (<see cref="CanReplay"/>).</returns>
    public IReadOnlyList<MqttMessage> Replay(IReadOnlyList<OutboxMessage> kept, DateTimeOffset now)
    {
        var messages = new List<MqttMessage>();
        if (!kept.All(one => CanReplay(one.Message.Topic)))
        {
            return messages;
        }

        foreach (var group in kept.GroupBy(one => Split(one.Message.Topic).Device))
        {
            var payload = Stamped(now);
            SparkplugReplay.Add(
                group.Select(one => one.Message.Payload),
                metric => AliasOf(group.Key, metric),
                payload
            );
            if (payload.Metrics.Count > 0)
            {
                messages.Add(Numbered(DataOf(group.Key), group.Key, payload));
            }
        }

        return messages;
    }

    /// <summary>What changed and nobody hears, a metric each, so that they can be thinned one by one.</summary>
    private IEnumerable<Draft> Kept(DateTimeOffset now)
    {
        foreach (var device in current.Where(device => device.Alive))
        {
            var known = sent.TryGetValue(device.Name, out var before) ? before : sent[device.Name] = [];
            foreach (var metric in Changed(device))
            {
                known[metric.Name] = metric;
                var isSample = metric.Type == DataType.Double;
                yield return new Draft(
                    isSample ? MessageClass.Metric : MessageClass.State,
                    now,
                    new MqttMessage($"{device.Name}/{metric.Name}", SparkplugReplay.Keep(Named(metric, now)))
                    {
                        Retain = !isSample,
                    }
                );
            }
        }
    }

    private static (string Device, string Metric) Split(string key) =>
        key.Split('/', 2) is [var device, var metric] ? (device, metric) : (key, "");
}
