using System.Runtime.InteropServices;
using Holdfast.Mqtt.Packets;

namespace Holdfast.Mqtt.Client;

/// <summary>
/// Gives numbers to the busiest topics that are sent on one connection (MQTT 5.0 §3.3.2.3.4). A topic earns a number with its second
/// use while numbers are left; later it takes that of the least used one, when it has been used more often. Counts are
/// halved now and then, so that the past does not keep a number for ever. Bounded: it counts four times as many topics as it has numbers.
/// </summary>
/// <param name="maximum">Numbers there are: the smaller of the broker's Topic Alias Maximum and ours.</param>
internal sealed class TopicAliasBook(int maximum)
{
    /// <summary>By which the first packet with an alias may be longer than without: the property, and a longer length of the properties and of the packet.</summary>
    public const int BytesMore = 5;

    /// <summary>Of the topics: a shorter one than the property is no gain, a longer one not worth keeping.</summary>
    private const int TopicLengthMin = 4;
    private const int TopicLengthMax = 1_024;

    /// <summary>Uses between two halvings, for each number.</summary>
    private const int Period = 64;

    private readonly Dictionary<string, Use> uses = new(StringComparer.Ordinal);
    private readonly string[] holders = new string[maximum];
    private readonly Properties?[] plain = new Properties?[maximum + 1];
    private int held;
    private int sinceHalved;

    public int Maximum => maximum;

    /// <summary>The packet as it is to be sent next: with the number alone, with number and topic, or as it is.</summary>
    public PublishPacket Apply(PublishPacket packet)
    {
        if (maximum == 0 || packet.Topic.Length is < TopicLengthMin or > TopicLengthMax)
        {
            return packet;
        }

        HalveNowAndThen();
        if (uses.Count >= maximum * 4 && !uses.ContainsKey(packet.Topic))
        {
            ForgetStrangers();
        }

        ref var use = ref CollectionsMarshal.GetValueRefOrAddDefault(uses, packet.Topic, out _);
        use.Count++;
        if (use.Alias != 0)
        {
            return packet with { Topic = "", Properties = WithAlias(packet.Properties, use.Alias) };
        }

        if (use.Count < 2 || NumberFor(use.Count) is not { } alias)
        {
            return packet;
        }

        use.Alias = alias;
        holders[alias - 1] = packet.Topic;
        return packet with { Properties = WithAlias(packet.Properties, alias) };
    }

    /// <summary>A free number, or that of a topic used less than half as often: exchanging costs the topic's length again.</summary>
    private ushort? NumberFor(int count)
    {
        if (held < maximum)
        {
            return (ushort)++held;
        }

        var least = 0;
        for (var i = 1; i < holders.Length; i++)
        {
            least = uses[holders[i]].Count < uses[holders[least]].Count ? i : least;
        }

        ref var loser = ref CollectionsMarshal.GetValueRefOrNullRef(uses, holders[least]);
        if (loser.Count * 2 >= count)
        {
            return null;
        }

        loser.Alias = 0;
        return (ushort)(least + 1);
    }

    private void HalveNowAndThen()
    {
        if (++sinceHalved < maximum * Period)
        {
            return;
        }

        sinceHalved = 0;
        foreach (var topic in uses.Keys)
        {
            CollectionsMarshal.GetValueRefOrNullRef(uses, topic).Count /= 2;
        }
    }

    /// <summary>Makes room by forgetting the topics without a number.</summary>
    private void ForgetStrangers()
    {
        foreach (var (topic, use) in uses)
        {
            if (use.Alias == 0)
            {
                uses.Remove(topic);
            }
        }
    }

    private Properties WithAlias(Properties properties, ushort alias) =>
        ReferenceEquals(properties, Properties.None)
            ? plain[alias] ??= new Properties { TopicAlias = alias }
            : properties with
            {
                TopicAlias = alias,
            };

    private struct Use
    {
        public int Count;
        public ushort Alias;
    }
}
