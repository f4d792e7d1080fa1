using System.Text.Json.Nodes;
using Holdfast.Gateway.Commands;
using Holdfast.Rack;

namespace Holdfast.Firmware.Appliance;

/// <summary>What a scheduler asks for before it wakes anything: what is left of the budget, and which nodes sleep.</summary>
internal static class RackCapacity
{
    public static GatewayReply Of(RackPlan plan, RackView view)
    {
        var power = view.Snapshot.Power;
        var plans = plan.Nodes.ToDictionary(node => node.Node);
        var sleeping = view
            .Snapshot.Nodes.Where(node => node.State == NodeState.Off)
            .Select(node => (JsonNode)Sleeping(plans[node.Node], node));
        var result = new JsonObject
        {
            ["budget_w"] = Math.Round(power.Budget.Value, 1),
            ["reserved_w"] = Math.Round(power.Reserved.Value, 1),
            ["left_w"] = Math.Round(Math.Max(0, power.Budget.Value - power.Reserved.Value), 1),
            ["on_battery"] = power.OnBattery,
            ["running"] = view.Snapshot.Nodes.Count(node => node.State == NodeState.On),
            ["sleeping"] = new JsonArray([.. sleeping]),
        };
        return new GatewayReply(200, "done", "", "what is left of the budget, and which nodes sleep")
        {
            Result = result.ToJsonString(),
        };
    }

    private static JsonObject Sleeping(NodePlan plan, NodeSnapshot node) =>
        new()
        {
            ["node"] = plan.Node.Text,
            ["power_max_w"] = plan.PowerMax.Value,
            ["can_wake"] = plan.CanWake,
            ["boot_within_s"] = plan.BootWithin.TotalSeconds,
            ["reason"] = node.Reason.Length > 0 ? node.Reason : null,
        };
}
