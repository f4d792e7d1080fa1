using Holdfast.Rack;

namespace Holdfast.Firmware.Appliance;

/// <summary>The running rack, as its faces (HTTP, MQTT) see and command it. Thread-safe.</summary>
internal interface IAppliance
{
    /// <summary>What never changes while the appliance runs.</summary>
    RackPlan Plan { get; }

    /// <summary>The present state.</summary>
    RackView View { get; }

    /// <summary>Waits until there is a view newer than the given version, and returns it.</summary>
    Task<RackView> NextViewAsync(long afterVersion, CancellationToken cancellationToken);

    /// <summary>Recorded events with a sequence above the given one, oldest first, at most <paramref name="limit"/>.</summary>
    IReadOnlyList<RackEvent> Events(long after, int limit);

    /// <summary>As <see cref="Events"/>, but waits until there is at least one.</summary>
    Task<IReadOnlyList<RackEvent>> NextEventsAsync(long after, int limit, CancellationToken cancellationToken);

    /// <summary>The sequence of the newest recorded event; 0 before the first.</summary>
    long LastEventSequence { get; }

    /// <summary>
    /// Hands a command to the controller and returns its first outcome: refused, accepted, or at once final. A command whose
    /// id was seen before is not carried out again: the answer is its outcome so far.
    /// </summary>
    Task<CommandOutcome> SubmitAsync(OperatorCommand command, CancellationToken cancellationToken);

    /// <summary>The newest outcome of a command; null for an id that is not known (any more).</summary>
    CommandOutcome? Outcome(string commandId);

    /// <summary>Waits for the final outcome of a command that was submitted.</summary>
    Task<CommandOutcome> FinalOutcomeAsync(string commandId, CancellationToken cancellationToken);
}
