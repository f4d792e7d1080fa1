using Holdfast.Gateway.Commands;
using Holdfast.Gateway.Commands.Journal;
using Holdfast.Gateway.Twin;
using Holdfast.Rack;

namespace Holdfast.Firmware.Appliance;

/// <summary>Puts together what stands between the network and the rack: access file, journal, twins, audit.</summary>
internal static class CommandAccess
{
    /// <param name="damage">Told in words what was found damaged or wrong.</param>
    public static RackCommands Create(
        IAppliance appliance,
        GatewayRack rack,
        ObservationInbox inbox,
        IDurableFolder folder,
        string accessFile,
        Action<string> damage
    )
    {
        // Operators live in the world's time, whatever the time lapse of a simulated rack.
        var clock = TimeProvider.System;
        var audit = new AuditTrail(
            note => inbox.Post(new RackNote(note.Severity, note.Subject, note.Code, note.Text)),
            clock
        );
        var twins = new TwinDesk(folder, rack, () => TwinReports.Of(appliance.View), audit, clock.GetUtcNow);
        var journal = new CommandJournal(folder, clock.GetUtcNow());
        var nodes = appliance.Plan.Nodes.Select(node => node.Node.Text).ToHashSet(StringComparer.Ordinal);
        var access = new AccessFile(accessFile);
        access.Current(damage);
        damage(twins.Damage);
        damage(journal.Damage);
        return new RackCommands(
            new CommandGate(rack, twins, () => access.Current(Tell), nodes.Contains, audit),
            journal
        );

        void Tell(string problem)
        {
            if (problem.Length > 0)
            {
                audit.Wrong(CommandVerbs.WholeRack, "access-file-wrong", $"{problem}.");
            }
            else
            {
                audit.Changed(CommandVerbs.WholeRack, "access-file-read", "The access file was read anew.");
            }
        }
    }
}
