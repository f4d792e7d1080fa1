namespace Holdfast.Mqtt.Sessions;

/// <summary>
/// The numbers that we give to topics on one connection (MQTT 5.0 §3.3.2.3.4). A topic gets one when it is first sent. When all
/// are given, a topic that was not sent again since the last look loses its own; one that was keeps it, so that many rare
/// topics do not push out the frequent ones.
/// </summary>
/// <param name="maximum">The other side's Topic Alias Maximum, or less.</param>
internal sealed class AssignedAliases(int maximum)
{
    /// <summary>A number takes three bytes of its own; a long topic would be kept for as long as the connection.</summary>
    private const int TopicLengthMin = 4;
    private const int TopicLengthMax = 1_024;

    private readonly Dictionary<string, int> byTopic = new(StringComparer.Ordinal);
    private readonly List<(string Topic, bool IsUsed)> given = [];
    private int hand;

    /// <summary>The topic's number, and whether the other side has yet to be told; 0: it goes without one.</summary>
    public (ushort Alias, bool IsNew) For(string topic)
    {
        if (maximum == 0 || topic.Length is < TopicLengthMin or > TopicLengthMax)
        {
            return default;
        }

        if (byTopic.TryGetValue(topic, out var known))
        {
            given[known] = (topic, true);
            return ((ushort)(known + 1), false);
        }

        return Place() is { } place ? (Take(place, topic), true) : default;
    }

    private int? Place()
    {
        if (given.Count < maximum)
        {
            given.Add(("", false));
            return given.Count - 1;
        }

        hand = (hand + 1) % given.Count;
        var (topic, isUsed) = given[hand];
        if (isUsed)
        {
            given[hand] = (topic, false);
            return null;
        }

        byTopic.Remove(topic);
        return hand;
    }

    private ushort Take(int place, string topic)
    {
        given[place] = (topic, false);
        byTopic[topic] = place;
        return (ushort)(place + 1);
    }
}
