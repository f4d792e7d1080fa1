using System.Text.Json;
using System.Text.RegularExpressions;
using Holdfast.Mqtt;

namespace Holdfast.Gateway.Tests.HomeAssistant;

/// <summary>What Home Assistant's documentation asks of a device discovery and of its sensors, binary sensors and buttons.</summary>
internal static partial class DiscoveryRules
{
    private static readonly Dictionary<string, (string[] Required, string[] Known)> Platforms = new()
    {
        ["sensor"] = (
            ["state_topic"],
            ["value_template", "device_class", "state_class", "unit_of_measurement", "options"]
        ),
        ["binary_sensor"] = (["state_topic"], ["value_template", "device_class", "payload_on", "payload_off"]),
        ["button"] = (["command_topic"], ["payload_press", "qos"]),
    };

    /// <summary>The units that a device class allows; a class that is not here allows none.</summary>
    private static readonly Dictionary<string, string[]> Units = new()
    {
        ["temperature"] = ["°C", "°F", "K"],
        ["power"] = ["mW", "W", "kW", "MW"],
        ["energy"] = ["Wh", "kWh", "MWh"],
        ["voltage"] = ["V", "mV"],
        ["current"] = ["A", "mA"],
        ["battery"] = ["%"],
    };

    public static IReadOnlyList<string> Problems(MqttMessage message, string prefix)
    {
        var problems = new List<string>();
        Require(message is { Retain: true, Qos: MqttQos.AtLeastOnce }, "it is not retained");
        Require(
            message.Topic.Split('/') is [var first, "device", var id, "config"] && first == prefix && Id().IsMatch(id),
            $"{message.Topic} is no discovery topic"
        );
        var root = JsonDocument.Parse(message.Payload).RootElement;
        Require(
            Text(root, "device", "name") && root.GetProperty("device").GetProperty("identifiers").GetArrayLength() > 0,
            "device needs name and identifiers"
        );
        Require(Text(root, "origin", "name"), "origin needs a name");
        foreach (var availability in root.GetProperty("availability").EnumerateArray())
        {
            Require(availability.TryGetProperty("topic", out _), "availability needs a topic");
        }

        foreach (var component in root.GetProperty("components").EnumerateObject())
        {
            Check(component.Value, component.Name);
        }

        return problems;

        void Require(bool holds, string problem)
        {
            if (!holds)
            {
                problems.Add(problem);
            }
        }

        void Check(JsonElement component, string name)
        {
            var (required, known) = Platforms[component.GetProperty("platform").GetString()!];
            Require(component.TryGetProperty("unique_id", out _), $"{name} needs a unique_id");
            Require(required.All(member => component.TryGetProperty(member, out _)), $"{name} lacks a required member");
            var unknown = component
                .EnumerateObject()
                .Select(m => m.Name)
                .Except([.. required, .. known, "platform", "unique_id", "name"]);
            Require(!unknown.Any(), $"{name} has members that its platform does not");
            var deviceClass = component.TryGetProperty("device_class", out var c) ? c.GetString()! : "";
            if (component.TryGetProperty("unit_of_measurement", out var unit) && deviceClass.Length > 0)
            {
                Require(
                    Units.TryGetValue(deviceClass, out var units) && units.Contains(unit.GetString()),
                    $"{name}: {deviceClass} in {unit}"
                );
            }

            Require(
                component.TryGetProperty("options", out _) == (deviceClass == "enum"),
                $"{name}: options belong to enum"
            );
            Require(
                deviceClass != "enum" || !component.TryGetProperty("state_class", out _),
                $"{name}: enum has no state class"
            );
        }
    }

    private static bool Text(JsonElement root, string member, string inner) =>
        root.TryGetProperty(member, out var found)
        && found.TryGetProperty(inner, out var text)
        && text.GetString()!.Length > 0;

    [GeneratedRegex("^[a-zA-Z0-9_-]+$")]
    private static partial Regex Id();
}
