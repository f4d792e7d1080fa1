using Holdfast.Gateway.Topics;

namespace Holdfast.Gateway.Sparkplug.Edge;

/// <summary>
/// Sorts telemetry into the edge node's own metrics and its devices. A reading becomes a Double with its unit; a state a String, with
/// its reason, and where it is a yes or no also a Boolean. What is unknown is null. Pure.
/// </summary>
internal sealed class EdgeDevices(SparkplugPlan plan)
{
    private readonly RackTree tree = new(plan.Nodes);

    /// <summary>By name, in the order in which telemetry tells them; the first is the rack itself, and always alive.</summary>
    public IReadOnlyList<EdgeDevice> Of(IReadOnlyList<Telemetry> telemetry)
    {
        var devices = new OrderedDictionary<string, (bool Alive, List<EdgeMetric> Metrics)>(StringComparer.Ordinal)
        {
            [RackTree.Rack] = (true, []),
        };
        foreach (var item in telemetry)
        {
            var (owner, part) = tree.Place(item.Device);
            var (alive, metrics) = devices.TryGetValue(owner, out var known) ? known : (false, []);
            metrics.AddRange(MetricsOf(item, owner, part.Length > 0 ? $"{part}/" : ""));
            devices[owner] = (alive || IsAlive(item), metrics);
        }

        return [.. devices.Select(d => new EdgeDevice(d.Key, d.Value.Alive, d.Value.Metrics))];
    }

    /// <summary>A sensor that says that it is broken is there; one that says nothing is not.</summary>
    private static bool IsAlive(Telemetry item) =>
        item.Reading is { } reading
            ? reading.Quality is Core.Quality.Good or Core.Quality.Fault
            : item.State != Unknown;

    private const string Unknown = "unknown";

    private IEnumerable<EdgeMetric> MetricsOf(Telemetry item, string owner, string prefix)
    {
        var name = prefix + item.Measurement;
        if (item.Reading is { } reading)
        {
            yield return EdgeMetric.Of(name, reading);
            if (Commandable(plan.Zones, owner) && item.Measurement == "duty")
            {
                yield return EdgeMetric.Of(EdgeCommands.FanDuty, reading) with
                {
                    Writable = true,
                };
            }

            yield break;
        }

        var state = item.State == Unknown ? null : item.State;
        yield return EdgeMetric.Of(name, state);
        if (item.Measurement == "state")
        {
            yield return EdgeMetric.Of($"{prefix}reason", item.Reason);
        }

        foreach (var derived in Derived(item, owner, state))
        {
            yield return derived;
        }
    }

    private IEnumerable<EdgeMetric> Derived(Telemetry item, string owner, string? state)
    {
        if (plan.Nodes.Contains(owner) && item.Measurement == "state")
        {
            bool? powered = state switch
            {
                "on" or "stopping" => true,
                "off" => false,
                // While it wakes it may have power or not; a fault or maintenance does not tell.
                _ => null,
            };
            yield return EdgeMetric.Of("powered", powered);
            if (plan.Commands)
            {
                yield return EdgeMetric.Of(EdgeCommands.Power, powered) with
                {
                    Writable = true,
                };
                bool? maintained = state is null ? null : state == "maintenance";
                yield return EdgeMetric.Of(EdgeCommands.Maintenance, maintained) with
                {
                    Writable = true,
                };
            }
        }
        else if (item.Measurement == "state" && state is "clear" or "active" or null)
        {
            yield return EdgeMetric.Of("active", state is null ? null : state == "active");
        }

        if (Commandable(plan.Zones, owner) && item.Measurement == "fan-mode")
        {
            yield return EdgeMetric.Of(EdgeCommands.FanMode, state) with
            {
                Writable = true,
            };
        }
    }

    private bool Commandable(IReadOnlyList<string> devices, string device) => plan.Commands && devices.Contains(device);
}
