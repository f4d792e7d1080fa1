using Holdfast.Mqtt;

namespace Holdfast.Gateway.Sparkplug.Edge;

/// <summary>Where an edge node keeps what nobody hears, until somebody does. Thread-safe.</summary>
public interface ISparkplugBacklog
{
    /// <summary>Takes messages over.</summary>
    void Keep(IReadOnlyList<MqttMessage> messages);

    /// <summary>The oldest, up to a number; they stay until they are removed.</summary>
    IReadOnlyList<MqttMessage> Oldest(int max);

    /// <summary>The oldest were sent, or can never be.</summary>
    void Remove(int count);
}

/// <summary>A backlog in memory, for what may be lost at a restart; when it is full the oldest goes.</summary>
/// <param name="capacity">Messages that it holds.</param>
public sealed class MemoryBacklog(int capacity = 10_000) : ISparkplugBacklog
{
    private readonly Lock gate = new();
    private readonly Queue<MqttMessage> kept = [];

    /// <summary>Messages that had to go because it was full.</summary>
    public long Dropped { get; private set; }

    public void Keep(IReadOnlyList<MqttMessage> messages)
    {
        lock (gate)
        {
            foreach (var message in messages)
            {
                kept.Enqueue(message);
                if (kept.Count > capacity)
                {
                    kept.Dequeue();
                    Dropped++;
                }
            }
        }
    }

    public IReadOnlyList<MqttMessage> Oldest(int max)
    {
        lock (gate)
        {
            return [.. kept.Take(max)];
        }
    }

    public void Remove(int count)
    {
        lock (gate)
        {
            for (; count > 0 && kept.Count > 0; count--)
            {
                kept.Dequeue();
            }
        }
    }
}
