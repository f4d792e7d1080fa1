using Holdfast.Mqtt.Packets;

namespace Holdfast.Mqtt.Sessions;

/// <summary>The topics that the other side of one connection has given numbers to (MQTT 5.0 §3.3.2.3.4).</summary>
/// <param name="maximum">The Topic Alias Maximum that we announced.</param>
internal sealed class TopicAliases(int maximum)
{
    /// <summary>Of a topic with an alias: it is kept as long as the connection.</summary>
    private const int TopicLengthMax = 1_024;

    private string?[] topics = [];

    /// <summary>The topic that a received PUBLISH means; null with an alias that means none [MQTT-3.3.2-7], [MQTT-3.3.2-8] or a topic too long to keep.</summary>
    public string? Resolve(PublishPacket publish)
    {
        if (publish.Properties.TopicAlias is not { } alias)
        {
            return publish.Topic;
        }

        if (alias > maximum || publish.Topic.Length > TopicLengthMax)
        {
            return null;
        }

        if (topics.Length == 0)
        {
            topics = new string?[maximum + 1];
        }

        if (publish.Topic.Length > 0)
        {
            topics[alias] = publish.Topic;
        }

        return topics[alias];
    }
}
