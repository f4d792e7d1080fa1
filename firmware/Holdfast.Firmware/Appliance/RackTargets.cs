using Holdfast.Firmware.Http;
using Holdfast.Gateway.Commands;
using Holdfast.Rack;

namespace Holdfast.Firmware.Appliance;

/// <summary>
/// Makes of a command from the network those that the controller knows: to a node, to a zone's fans, and to each node of a zone or of the whole rack
/// where it is about maintenance. The controller's own rules judge each of them.
/// </summary>
internal static class RackTargets
{
    /// <summary>Empty: there is nothing of that name that could do it.</summary>
    public static IReadOnlyList<OperatorCommand> Translate(RackPlan plan, GatewayCommand command)
    {
        var isZone = plan.Zones.Any(zone => zone.Zone.Text == command.Target);
        if (command.Verb == CommandVerbs.FanMode)
        {
            return isZone && ApiWords.TryParse<FanMode>(command.Mode, out var mode)
                ?
                [
                    new FanModeCommand(
                        command.Id,
                        command.Who,
                        command.Deadline,
                        new ZoneId(command.Target),
                        mode,
                        new Percent(command.DutyPercent)
                    ),
                ]
                : [];
        }

        if (!ApiWords.TryParse<NodeVerb>(command.Verb, out var verb))
        {
            return [];
        }

        var many = verb is NodeVerb.Maintain or NodeVerb.Release;
        var nodes = plan.Nodes.Where(node =>
            node.Node.Text == command.Target
            || (many && (command.Target == CommandVerbs.WholeRack || node.Zone.Text == command.Target))
        );
        return
        [
            .. nodes.Select(node => new NodeCommand(
                node.Node.Text == command.Target ? command.Id : IdFor(command.Id, node.Node),
                command.Who,
                command.Deadline,
                node.Node,
                verb
            )),
        ];
    }

    /// <summary>The controller takes ids of at most 64 characters.</summary>
    private static string IdFor(string id, NodeId node) =>
        $"{id}.{node}" is { Length: <= 64 } whole
            ? whole
            : $"{id}.{Convert.ToHexStringLower(System.Security.Cryptography.SHA256.HashData(System.Text.Encoding.UTF8.GetBytes(node.Text)))[..16]}";
}
