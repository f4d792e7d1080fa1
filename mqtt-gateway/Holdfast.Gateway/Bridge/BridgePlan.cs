using Holdfast.Gateway.Outbox;
using Holdfast.Mqtt;
using Holdfast.Mqtt.Client;

namespace Holdfast.Gateway.Bridge;

/// <summary>What a bridge carries where.</summary>
/// <param name="Id">The bridge's name: unique among all that a message can pass.</param>
/// <param name="Up">From the local broker to the upstream ones; the first rule that matches holds.</param>
/// <param name="Down">The other way.</param>
public sealed record BridgePlan(string Id, IReadOnlyList<UpRule> Up, IReadOnlyList<DownRule> Down)
{
    /// <summary>What the bridge wants of the local broker.</summary>
    public IReadOnlyList<MqttSubscription> OfLocal(MqttVersion version) =>
        Subscriptions([.. Up.Select(rule => rule.Filter)], version);

    /// <summary>What it wants of each upstream broker.</summary>
    public IReadOnlyList<MqttSubscription> OfUpstream(MqttVersion version) =>
        Subscriptions([.. Down.Select(rule => rule.Filter)], version);

    /// <summary>Not those that lie within another: brokers may send a message once for each (MQTT 5.0 §3.3.4), and each would go up.</summary>
    private static MqttSubscription[] Subscriptions(string[] filters, MqttVersion version) =>
        [
            .. filters
                .Distinct(StringComparer.Ordinal)
                .Where(one => !filters.Any(other => other != one && Covers(other, one)))
                .Select(filter => Subscription(filter, version)),
        ];

    /// <summary>Whether one filter matches all that another does.</summary>
    private static bool Covers(string wide, string narrow)
    {
        if (narrow[0] == '$' && wide[0] is ('+' or '#'))
        {
            // Topics of the server's own are not matched by such (§4.7.2).
            return false;
        }

        var (outer, inner) = (wide.Split('/'), narrow.Split('/'));
        for (var i = 0; i < outer.Length; i++)
        {
            if (outer[i] == "#")
            {
                return true;
            }

            if (i == inner.Length || inner[i] == "#" || (outer[i] != "+" && outer[i] != inner[i]))
            {
                return false;
            }
        }

        return outer.Length == inner.Length;
    }

    /// <summary>In MQTT 5 nothing that the bridge published itself, and what was retained on one side is on the other, and is cleared with it.</summary>
    private static MqttSubscription Subscription(string filter, MqttVersion version) =>
        new(filter, MqttQos.AtLeastOnce, NoLocal: version == MqttVersion.V5)
        {
            RetainAsPublished = version == MqttVersion.V5,
        };
}

/// <param name="Filter">Local topics.</param>
/// <param name="Class">What may become of the messages when the disk is full (MQTT has no word for it); states are retained upstream.</param>
/// <param name="Remove">A prefix of the local topic that upstream does not have.</param>
/// <param name="Add">A prefix that upstream has instead.</param>
public sealed record UpRule(string Filter, MessageClass Class, string Remove = "", string Add = "");

/// <param name="Filter">Upstream topics.</param>
public sealed record DownRule(string Filter, string Remove = "", string Add = "");
