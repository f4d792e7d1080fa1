namespace Holdfast.Mqtt.Broker;

/// <summary>The last retained message of each topic (MQTT 5.0 §3.3.1.3). Bounded: what does not fit is refused.</summary>
internal sealed class RetainedStore(int countMax, long bytesMax)
{
    private readonly Dictionary<string, RoutedMessage> byTopic = [];
    private long bytes;

    public int Count => byTopic.Count;

    public RoutedMessage? Find(string topic) => byTopic.GetValueOrDefault(topic);

    public IEnumerable<RoutedMessage> All => byTopic.Values;

    /// <summary>Keeps the message in place of the topic's last; an empty payload clears it [MQTT-3.3.1-6].</summary>
    /// <returns>False where there is no room; the topic's last message then stays.</returns>
    public bool TrySet(RoutedMessage message)
    {
        var topic = message.Packet.Topic;
        if (message.Packet.Payload.IsEmpty)
        {
            Remove(topic);
            return true;
        }

        var replaced = byTopic.GetValueOrDefault(topic);
        var bytesAfter = bytes + message.Size - (replaced?.Size ?? 0);
        if (bytesAfter > bytesMax || (replaced is null && byTopic.Count >= countMax))
        {
            return false;
        }

        byTopic[topic] = message;
        bytes = bytesAfter;
        return true;
    }

    public IEnumerable<RoutedMessage> Matching(string filter, MonotonicTime now)
    {
        if (filter.AsSpan().IndexOfAny('+', '#') < 0)
        {
            return byTopic.TryGetValue(filter, out var one) && !one.IsExpired(now) ? [one] : [];
        }

        return byTopic.Values.Where(m => !m.IsExpired(now) && TopicFilter.Matches(filter, m.Packet.Topic));
    }

    public void RemoveExpired(MonotonicTime now)
    {
        // Removing while enumerating is allowed for this type since .NET Core 3.
        foreach (var (topic, message) in byTopic)
        {
            if (message.IsExpired(now))
            {
                Remove(topic);
            }
        }
    }

    private void Remove(string topic)
    {
        if (byTopic.Remove(topic, out var message))
        {
            bytes -= message.Size;
        }
    }
}
