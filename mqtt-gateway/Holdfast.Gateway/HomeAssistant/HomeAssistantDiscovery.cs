using System.Text.Json;
using Holdfast.Gateway.Topics;
using Holdfast.Mqtt;

namespace Holdfast.Gateway.HomeAssistant;

/// <summary>
/// Tells Home Assistant what the rack's JSON topics mean, so that it shows them without being set up: a retained message for each device, sent when it
/// is new or changed, and taken back, by an empty one, when the device is gone, also over a restart. What is not known is shown as unknown.
/// Not thread-safe.
/// </summary>
public sealed class HomeAssistantDiscovery
{
    private const string FileName = "home-assistant";

    private readonly DiscoveryPlan plan;
    private readonly RackId rack;
    private readonly RackTree tree;
    private readonly DurableDocument document;
    private readonly Dictionary<string, byte[]> sent = new(StringComparer.Ordinal);
    private SortedSet<string> told;

    /// <param name="folder">Where it remembers what it has told.</param>
    public HomeAssistantDiscovery(DiscoveryPlan plan, RackId rack, IDurableFolder folder)
    {
        this.plan = plan;
        this.rack = rack;
        tree = new RackTree(plan.Nodes);
        document = new DurableDocument(folder, FileName);
        told = new SortedSet<string>(Read(document), StringComparer.Ordinal);
    }

    /// <summary>The connection is new, or a message did not arrive: everything is told again.</summary>
    public void Forget() => sent.Clear();

    /// <summary>What is to be published: what is new, what changed, and what is gone.</summary>
    public IReadOnlyList<MqttMessage> Changed(IReadOnlyList<Telemetry> telemetry)
    {
        var devices = plan.Enabled
            ? telemetry.GroupBy(item => tree.Place(item.Device).Owner).ToDictionary(TopicOf, DocumentOf)
            : [];
        var topics = new SortedSet<string>(told, StringComparer.Ordinal);
        topics.UnionWith(devices.Keys);
        if (!topics.SetEquals(told))
        {
            Remember(topics);
        }

        var changed = new List<MqttMessage>();
        foreach (var topic in topics)
        {
            var payload = devices.GetValueOrDefault(topic, []);
            if (!sent.TryGetValue(topic, out var before) || !before.AsSpan().SequenceEqual(payload))
            {
                sent[topic] = payload;
                changed.Add(new MqttMessage(topic, payload) { Retain = true, Qos = MqttQos.AtLeastOnce });
            }
        }

        return changed;
    }

    /// <summary>The broker has it: of a device that is gone nothing need be remembered.</summary>
    public void Delivered(MqttMessage message)
    {
        if (message.Payload.IsEmpty && told.Contains(message.Topic))
        {
            sent.Remove(message.Topic);
            Remember(new SortedSet<string>(told.Where(topic => topic != message.Topic), StringComparer.Ordinal));
        }
    }

    private string TopicOf(IGrouping<string, Telemetry> device) => $"{plan.Prefix}/device/{IdOf(device.Key)}/config";

    private string IdOf(string device) => device.Length > 0 ? $"holdfast_{rack}_{device}" : $"holdfast_{rack}";

    private byte[] DocumentOf(IGrouping<string, Telemetry> device)
    {
        var owner = device.Key;
        var components = new DiscoveryComponents(plan, rack, IdOf(owner));
        return new DiscoveryDocument(
            new DiscoveredDevice(
                [IdOf(owner)],
                owner.Length > 0 ? $"{rack} {owner}" : $"{rack}",
                "Holdfast",
                plan.Nodes.Contains(owner) ? "Server node"
                    : owner.Length > 0 ? "Rack device"
                    : "Rack controller",
                owner.Length == 0 && plan.Version.Length > 0 ? plan.Version : null,
                owner.Length > 0 ? IdOf(RackTree.Rack) : null
            ),
            new Origin("Holdfast", plan.Version.Length > 0 ? plan.Version : null),
            [new Availability($"rack/{rack}/controller/state", "{{ value_json.state }}", "online", "offline")],
            device
                .SelectMany(item => components.Of(item, tree.Place(item.Device).Part))
                .ToDictionary(component => component.UniqueId)
        ).ToBytes();
    }

    /// <summary>A disk that refuses costs a device that stays after it is gone, and a person removes it.</summary>
    private void Remember(SortedSet<string> topics)
    {
        told = topics;
        try
        {
            document.Write(JsonSerializer.SerializeToUtf8Bytes(topics.ToArray(), DiscoveryJson.Default.StringArray));
        }
        catch (IOException)
        {
            // The alarm about the disk is raised where events are recorded.
        }
    }

    private static string[] Read(DurableDocument document)
    {
        try
        {
            return document.Read(out _) is { } content
                ? JsonSerializer.Deserialize(content, DiscoveryJson.Default.StringArray) ?? []
                : [];
        }
        catch (JsonException)
        {
            return [];
        }
    }
}
