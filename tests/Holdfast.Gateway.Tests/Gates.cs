using System.Text.Json.Nodes;
using Holdfast.Gateway.Commands;
using Holdfast.Gateway.Commands.Access;
using Holdfast.Gateway.Commands.Journal;
using Holdfast.Gateway.Twin;
using Holdfast.Testing;

namespace Holdfast.Gateway.Tests;

/// <summary>The command path before a fake rack with the node n1 and the zone zone-a, on a disk and at a time of the test's.</summary>
internal sealed class Gates
{
    public Gates(IGatewayRack rack, MemoryFolder? disk = null, TimeProvider? clock = null, bool twins = true)
    {
        clock ??= TimeProvider.System;
        Disk = disk ?? new MemoryFolder();
        if (!twins)
        {
            Reports.Clear();
        }

        var audit = new AuditTrail(note => Notes.Add(note), clock);
        Twins = new TwinDesk(Disk, rack, () => Reports, audit, clock.GetUtcNow);
        Gate = new CommandGate(rack, Twins, () => Access, name => name == "n1", audit);
        Journal = new CommandJournal(Disk, clock.GetUtcNow());
    }

    public MemoryFolder Disk { get; }

    public AccessPolicy Access { get; set; } = AccessPolicy.Open;

    /// <summary>What is observed of the rack and its node.</summary>
    public List<TwinReport> Reports { get; } =
    [new("rack", new JsonObject { ["maintenance"] = false }), new("n1", new JsonObject { ["power"] = "off" })];

    public List<AuditNote> Notes { get; } = [];

    public TwinDesk Twins { get; }

    public CommandGate Gate { get; }

    public CommandJournal Journal { get; }

    public RackCommands Commands => new(Gate, Journal);
}
