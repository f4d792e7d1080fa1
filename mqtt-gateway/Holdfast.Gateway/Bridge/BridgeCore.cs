using Holdfast.Gateway.Outbox;
using Holdfast.Mqtt;

namespace Holdfast.Gateway.Bridge;

/// <summary>Why a message is not carried on.</summary>
public enum Stop
{
    None,

    /// <summary>It was here before, or began here.</summary>
    Loop,

    /// <summary>No rule is for it.</summary>
    NoRule,

    /// <summary>Its topic would be none on the other side.</summary>
    BadTopic,

    /// <summary>It is larger than what is kept.</summary>
    TooLarge,
}

/// <summary>
/// What a bridge does with a message, without doing it. Each message notes the bridges that it has passed
/// (<see cref="HopProperty"/>); one that comes to a bridge again goes no further. That holds between MQTT 5 brokers; where one speaks 3.1.1 only,
/// No Local is missing and the note is lost, and the rules alone must make no circle.
/// </summary>
/// <param name="stream">Of the bridge's own outbox.</param>
public sealed class BridgeCore(BridgePlan plan, string stream)
{
    /// <summary>A user property for each bridge passed.</summary>
    public const string HopProperty = "hf-hop";

    /// <summary>Rack, region, hub, and as many again.</summary>
    public const int HopsMax = 8;

    /// <summary>A message of the local broker, as it is kept for upstream: with its topic there.</summary>
    public Draft? Up(MqttMessage message, DateTimeOffset now, out Stop why)
    {
        var rule = plan.Up.FirstOrDefault(one => TopicFilter.Matches(one.Filter, message.Topic));
        if (rule is null)
        {
            why = Stop.NoRule;
            return null;
        }

        if (Carry(message, rule.Remove, rule.Add, out why) is not { } carried)
        {
            return null;
        }

        var told = ClassOf(message) ?? rule.Class;
        return new Draft(told, now, carried with { Retain = carried.Retain || told == MessageClass.State });
    }

    /// <summary>A message of an upstream broker, as it goes to the local one.</summary>
    public MqttMessage? Down(MqttMessage message, out Stop why)
    {
        var rule = plan.Down.FirstOrDefault(one => TopicFilter.Matches(one.Filter, message.Topic));
        if (rule is null)
        {
            why = Stop.NoRule;
            return null;
        }

        return Carry(message, rule.Remove, rule.Add, out why);
    }

    private MqttMessage? Carry(MqttMessage message, string remove, string add, out Stop why)
    {
        var hops = message.UserProperties.Where(p => p.Key == HopProperty).Select(p => p.Value).ToList();
        var isOwn = MessageIdentity.Of(message) is { } identity && identity.Stream == stream;
        if (isOwn || hops.Contains(plan.Id) || hops.Count >= HopsMax)
        {
            why = Stop.Loop;
            return null;
        }

        var rest = message.Topic.StartsWith(remove, StringComparison.Ordinal)
            ? message.Topic[remove.Length..]
            : message.Topic;
        var topic = add + rest;
        why = TopicName.IsValid(topic) ? Stop.None : Stop.BadTopic;
        return why == Stop.None
            ? message with
            {
                Topic = topic,
                UserProperties = [.. message.UserProperties, new(HopProperty, plan.Id)],
            }
            : null;
    }

    /// <summary>What an outbox before this one has said.</summary>
    private static MessageClass? ClassOf(MqttMessage message)
    {
        var word = message.UserProperties.FirstOrDefault(p => p.Key == MessageIdentity.ClassProperty).Value;
        return Enum.GetValues<MessageClass>()
            .Cast<MessageClass?>()
            .FirstOrDefault(one => string.Equals($"{one}", word, StringComparison.OrdinalIgnoreCase));
    }
}
