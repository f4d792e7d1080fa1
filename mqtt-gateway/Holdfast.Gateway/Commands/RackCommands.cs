using Holdfast.Gateway.Commands.Journal;

namespace Holdfast.Gateway.Commands;

/// <summary>What a link needs to obey: the gate, and the memory of what was asked.</summary>
public sealed record RackCommands(CommandGate Gate, CommandJournal Journal);
