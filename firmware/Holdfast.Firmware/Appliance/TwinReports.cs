using System.Text.Json.Nodes;
using Holdfast.Gateway.Commands;
using Holdfast.Gateway.Twin;
using Holdfast.Rack;

namespace Holdfast.Firmware.Appliance;

/// <summary>What is observed, in the words of the twins.</summary>
internal static class TwinReports
{
    public static IReadOnlyList<TwinReport> Of(RackView view) =>
        [
            new TwinReport(CommandVerbs.WholeRack, Rack(view.Snapshot)),
            .. view.Snapshot.Nodes.Select(node => new TwinReport(node.Node.Text, Node(node))),
        ];

    private static JsonObject Node(NodeSnapshot node) =>
        new()
        {
            // Only what is seen on or off is; what starts, stops or cannot be observed is neither.
            ["power"] = node.State switch
            {
                NodeState.On => "on",
                NodeState.Off => "off",
                _ => "unknown",
            },
            ["state"] = Word(node.State),
            ["maintenance"] = node.State == NodeState.Maintenance,
        };

    private static JsonObject Rack(RackSnapshot rack) =>
        new()
        {
            ["maintenance"] = rack.Nodes.All(node => node.State == NodeState.Maintenance),
            ["zones"] = new JsonObject(
                rack.Zones.Select(zone =>
                    KeyValuePair.Create<string, JsonNode?>(zone.Zone.Text, new JsonObject { ["fans"] = Fans(zone) })
                )
            ),
        };

    private static JsonValue Fans(ZoneSnapshot zone) =>
        zone.FanMode == FanMode.Fixed
            ? JsonValue.Create(Math.Round(zone.Duty.Value, 1))
            : JsonValue.Create(Word(zone.FanMode));

    private static string Word(Enum value) => value.ToString().ToLowerInvariant();
}
