namespace Holdfast.Rack;

public enum NodeVerb
{
    /// <summary>Power on through the BMC or outlet.</summary>
    On,

    /// <summary>Ask the system to stop, then force it when <see cref="NodePlan.StopWithin"/> has passed.</summary>
    Off,

    /// <summary>Wake by magic packet.</summary>
    Wake,
    Cycle,

    /// <summary>Hands off: no automatic action until <see cref="Release"/>.</summary>
    Maintain,

    /// <summary>Back under the controller, and faults forgotten.</summary>
    Release,
}

public enum FanMode
{
    /// <summary>The thermal loop drives.</summary>
    Auto,

    /// <summary>Full speed.</summary>
    Full,

    /// <summary>A duty of the operator's; safety still overrides upwards.</summary>
    Fixed,
}

/// <summary>What a person or a program asks for. A second command of the same id is not carried out twice.</summary>
/// <param name="Id">Chosen by the caller, 1 to 64 characters.</param>
/// <param name="Who">Who asks, for the audit.</param>
/// <param name="Deadline">How long the caller wants to wait for the observed result; more than zero, 24 h at most.</param>
public abstract record OperatorCommand(string Id, string Who, TimeSpan Deadline)
{
    /// <summary>What is asked, in the words of the API.</summary>
    public abstract string What { get; }
}

public sealed record NodeCommand(string Id, string Who, TimeSpan Deadline, NodeId Node, NodeVerb Verb)
    : OperatorCommand(Id, Who, Deadline)
{
    public override string What => Verb.ToString().ToLowerInvariant();
}

/// <param name="Duty">With <see cref="FanMode.Fixed"/>; else ignored.</param>
public sealed record FanModeCommand(string Id, string Who, TimeSpan Deadline, ZoneId Zone, FanMode Mode, Percent Duty)
    : OperatorCommand(Id, Who, Deadline)
{
    public override string What => $"fan-mode {Mode.ToString().ToLowerInvariant()}";
}

public enum CommandStage
{
    /// <summary>Not carried out; the text says why and what would help. Final.</summary>
    Refused,

    /// <summary>Taken; the result follows.</summary>
    Accepted,

    /// <summary>The state asked for was observed. Final.</summary>
    Done,

    /// <summary>The deadline passed, or a fault was observed, before the state was. Final.</summary>
    Failed,
}

/// <summary>What is known about a command now. One accepted command gives Accepted, then Done or Failed.</summary>
/// <param name="Observed">The state observed, in the words of the API ("on", "off", "auto"); empty where none was.</param>
public sealed record CommandOutcome(string Id, CommandStage Stage, string Observed, string Text);
