using Holdfast.Gateway.Topics;

namespace Holdfast.Gateway.HomeAssistant;

/// <summary>The entities that stand for what is told of a device. Pure.</summary>
/// <param name="id">Of the device.</param>
internal sealed class DiscoveryComponents(DiscoveryPlan plan, RackId rack, string id)
{
    private static readonly string[] NodeStates = ["off", "waking", "on", "stopping", "fault", "maintenance"];

    /// <param name="part">What measures it in the device; empty: the device itself.</param>
    public IEnumerable<Component> Of(Telemetry item, string part)
    {
        var name = part.Length > 0 ? $"{part} {item.Measurement}" : item.Measurement;
        var unique = $"{id}_{name.Replace(' ', '_')}";
        var topic = $"rack/{rack}/{item.Device}/{item.Measurement}";
        if (item.Reading is { } reading)
        {
            yield return OfReading(new Component("sensor", unique, name), topic, reading.Unit);
        }
        else if (plan.Inputs.TryGetValue(item.Device, out var kind))
        {
            yield return OfInput(new Component("binary_sensor", unique, kind), topic, kind);
        }
        else
        {
            yield return OfState(new Component("sensor", unique, name), topic, item);
        }

        if (plan.Controls && item.Measurement == "state" && plan.Nodes.Contains(item.Device))
        {
            yield return Button(item.Device, "on");
            yield return Button(item.Device, "off");
        }
    }

    /// <summary>None, as which null is rendered, is what Home Assistant shows as unknown.</summary>
    private static Component OfReading(Component sensor, string topic, Unit unit) =>
        sensor with
        {
            StateTopic = topic,
            ValueTemplate = "{{ value_json.value }}",
            DeviceClass = unit switch
            {
                Unit.Watt => "power",
                Unit.WattHour => "energy",
                Unit.Volt => "voltage",
                Unit.Ampere => "current",
                Unit.Celsius => "temperature",
                Unit.Percent when topic.EndsWith("/charge", StringComparison.Ordinal) => "battery",
                _ => null,
            },
            StateClass = unit == Unit.WattHour ? "total_increasing" : "measurement",
            UnitOfMeasurement = unit.Symbol(),
        };

    private static Component OfInput(Component sensor, string topic, string kind) =>
        sensor with
        {
            StateTopic = topic,
            ValueTemplate = "{{ value_json.state if value_json.state != 'unknown' else None }}",
            DeviceClass = kind == "leak" ? "moisture" : kind,
            PayloadOn = "active",
            PayloadOff = "clear",
        };

    private Component OfState(Component sensor, string topic, Telemetry item)
    {
        string[]? options = item.Measurement switch
        {
            "state" when plan.Nodes.Contains(item.Device) => NodeStates,
            "fan-mode" => ["auto", "full", "fixed"],
            "source" => ["grid", "battery"],
            _ => null,
        };
        return sensor with
        {
            StateTopic = topic,
            ValueTemplate = "{{ value_json.state if value_json.state != 'unknown' else None }}",
            DeviceClass = options is null ? null : "enum",
            Options = options,
        };
    }

    /// <summary>Not a switch: a switch has one topic for on and off, and each of our commands has its own.</summary>
    private Component Button(string node, string verb) =>
        new("button", $"{id}_command_{verb}", $"switch {verb}")
        {
            CommandTopic = $"rack/{rack}/{node}/command/{verb}",
            PayloadPress = "{\"deadline_s\":300}",
            Qos = 1,
        };
}
