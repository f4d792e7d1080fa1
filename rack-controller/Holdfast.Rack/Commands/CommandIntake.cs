using Holdfast.Hal;
using Holdfast.Rack.Events;
using Holdfast.Rack.Power;

namespace Holdfast.Rack.Commands;

/// <summary>Judges each command: refuses it with a reason and a remedy, or sets the goal and has it followed.</summary>
internal sealed class CommandIntake(
    Dictionary<NodeId, NodeSupervisor> nodesById,
    Dictionary<NodeId, Zone> zonesByNode,
    IReadOnlyCollection<Zone> zones,
    PowerSequencer sequencer,
    CommandBook book,
    EventLog log
)
{
    private const int IdLengthMax = 64;

    /// <summary>An open command takes a place; nobody waits for longer.</summary>
    private static readonly TimeSpan DeadlineMax = TimeSpan.FromHours(24);

    public void Take(OperatorCommand command, MonotonicTime now)
    {
        if (command.Id.Length is 0 or > IdLengthMax)
        {
            book.Refuse(command, $"the id must have 1 to {IdLengthMax} characters");
        }
        else if (book.Repeats(command))
        {
            return;
        }
        else if (command.Deadline <= TimeSpan.Zero || command.Deadline > DeadlineMax)
        {
            book.Refuse(command, "the deadline must be more than zero and 24 h at most");
        }
        else if (book.IsFull)
        {
            book.Refuse(command, "too many commands are open; wait for some to end");
        }
        else if (command is NodeCommand node)
        {
            Take(node, now);
        }
        else if (command is FanModeCommand fans)
        {
            Take(fans, now);
        }
    }

    private void Take(NodeCommand command, MonotonicTime now)
    {
        if (!nodesById.TryGetValue(command.Node, out var node))
        {
            book.Refuse(command, $"there is no node {command.Node}");
            return;
        }

        var zone = zonesByNode[command.Node];
        if (Refusal(command.Verb, node, zone, now) is { Length: > 0 } refusal)
        {
            log.Say(
                Severity.Info,
                node.Plan.Node.Text,
                "command-refused",
                $"{command.Who} asked {Words(command.Verb)} of {command.Node}: refused, {refusal}."
            );
            book.Refuse(command, refusal);
            return;
        }

        log.Say(
            Severity.Info,
            node.Plan.Node.Text,
            "command-accepted",
            $"{command.Who} asked {Words(command.Verb)} of {command.Node}."
        );
        Apply(command, node, now);
    }

    private string Refusal(NodeVerb verb, NodeSupervisor node, Zone zone, MonotonicTime now)
    {
        if (verb is NodeVerb.Maintain or NodeVerb.Release)
        {
            return "";
        }

        if (node.Memory.Maintenance)
        {
            return $"{node.Plan.Node} is in maintenance; release it first";
        }

        if (node.Machine.Power == PowerState.Unknown)
        {
            return $"its power cannot be observed ({node.Machine.WhyUnknown}); check its BMC, then try again";
        }

        return verb switch
        {
            NodeVerb.Off => "",
            NodeVerb.Wake when !node.Plan.CanWake => $"{node.Plan.Node} has no wake-on-LAN in the board file; use on",
            NodeVerb.Cycle when node.Machine.Power == PowerState.Off => $"{node.Plan.Node} is off; use on",
            _ when zone.StartRefusal.Length > 0 => zone.StartRefusal,
            _ when node.Held.Length > 0 => $"it is {node.Held}",
            _ when node.Barred.Length > 0 && !node.Draws(now) => node.Barred,
            _ => sequencer.Refusal(node, now),
        };
    }

    private void Apply(NodeCommand command, NodeSupervisor node, MonotonicTime now)
    {
        switch (command.Verb)
        {
            case NodeVerb.Maintain:
                node.Maintain(inHands: true);
                book.Done(
                    command,
                    command.Node.Text,
                    "maintenance",
                    $"{command.Node} is in your hands; nothing is done to it until you release it"
                );
                return;
            case NodeVerb.Release:
                node.Maintain(inHands: false);
                book.Done(command, command.Node.Text, "released", $"{command.Node} is under control again");
                return;
            case NodeVerb.Off:
                node.Want(on: false);
                break;
            case NodeVerb.Cycle:
                node.Cycle();
                break;
            default:
                node.Want(on: true, wake: command.Verb == NodeVerb.Wake);
                break;
        }

        var goal = command.Verb == NodeVerb.Off ? NodeState.Off : NodeState.On;
        var wentOff = command.Verb != NodeVerb.Cycle;
        book.Accept(
            command,
            command.Node.Text,
            now,
            $"{command.Node} is told: {Words(command.Verb)}",
            () =>
            {
                wentOff |= node.Machine.Power == PowerState.Off;
                var failure = node.State == NodeState.Fault ? node.Reason : "";
                return new CommandBook.Progress(wentOff && node.State == goal, Word(node.State), failure);
            }
        );
    }

    private void Take(FanModeCommand command, MonotonicTime now)
    {
        var zone = zones.FirstOrDefault(z => z.Cooling.Plan.Zone == command.Zone);
        if (zone is null)
        {
            book.Refuse(command, $"there is no zone {command.Zone}");
        }
        else if (command.Mode == FanMode.Fixed && command.Duty.Value is < 0 or > 100)
        {
            book.Refuse(command, $"a duty is 0 to 100 %, not {command.Duty}");
        }
        else
        {
            log.Say(
                Severity.Info,
                command.Zone.Text,
                "command-accepted",
                $"{command.Who} set the fans of {command.Zone} to {Word(command.Mode)}."
            );
            zone.Cooling.Set(command.Mode, command.Duty);
            book.Accept(
                command,
                command.Zone.Text,
                now,
                $"the fans of {command.Zone} are told",
                () =>
                    new CommandBook.Progress(
                        zone.Cooling.ModeTaken,
                        zone.Cooling.ModeTaken ? Word(command.Mode) : "",
                        ""
                    )
            );
        }
    }

    private static string Words(NodeVerb verb) => verb.ToString().ToLowerInvariant();

    private static string Word(Enum value) => value.ToString().ToLowerInvariant();
}
