namespace Holdfast.Gateway.Outbox;

/// <summary>The newest messages, for those who follow live, and which of a retained topic's values is the last. Bounded.</summary>
internal sealed class RecentMessages
{
    private const long BytesMax = 4 * 1024 * 1024;

    /// <summary>Of retained topics; a rack has hundreds, a region of a hundred racks some ten thousand.</summary>
    private const int TopicsMax = 50_000;

    private readonly Queue<OutboxMessage> newest = new();
    private readonly Dictionary<string, long> lastOfTopic = new(StringComparer.Ordinal);
    private long bytes;
    private long last;

    public void Add(OutboxMessage one, int countMax)
    {
        newest.Enqueue(one);
        last = one.Sequence;
        bytes += one.Message.Payload.Length;
        while (newest.Count > countMax || bytes > BytesMax)
        {
            bytes -= newest.Dequeue().Message.Payload.Length;
        }

        if (one.Message.Retain && (lastOfTopic.Count < TopicsMax || lastOfTopic.ContainsKey(one.Message.Topic)))
        {
            lastOfTopic[one.Message.Topic] = one.Sequence;
        }
    }

    /// <summary>Messages from a sequence on, or from the oldest held where that is higher.</summary>
    public IReadOnlyList<OutboxMessage> From(long sequence, int count) =>
        last < sequence ? [] : [.. newest.SkipWhile(one => one.Sequence < sequence).Take(count)];

    /// <summary>Whether a newer value of the message's topic is known, or may be.</summary>
    public bool IsSuperseded(OutboxMessage one) =>
        lastOfTopic.TryGetValue(one.Message.Topic, out var last) ? last > one.Sequence : lastOfTopic.Count >= TopicsMax;

    public bool IsKnownSuperseded(OutboxMessage one) =>
        lastOfTopic.TryGetValue(one.Message.Topic, out var last) && last > one.Sequence;
}
