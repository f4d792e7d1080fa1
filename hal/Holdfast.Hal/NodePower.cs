namespace Holdfast.Hal;

/// <summary>Whether a node's main power is on, as far as it was observed.</summary>
public enum PowerState
{
    /// <summary>Nobody answered, or the answer made no sense. Never to be treated as off.</summary>
    Unknown,
    Off,
    On,
}

/// <summary>What can be asked of a node's power. Every one is idempotent but <see cref="Cycle"/> and <see cref="Reset"/>.</summary>
public enum PowerAction
{
    On,

    /// <summary>Off at once, without asking the operating system.</summary>
    Off,

    /// <summary>Asks the operating system to shut down (ACPI power button).</summary>
    SoftOff,

    /// <summary>Off, a pause, on.</summary>
    Cycle,

    /// <summary>Reset without removing power.</summary>
    Reset,
}

/// <summary>What was seen of a node's power, when, and in words why it is unknown (empty otherwise).</summary>
public readonly record struct PowerObservation(PowerState State, MonotonicTime At, string Detail)
{
    public static PowerObservation Unknown(MonotonicTime at, string why) => new(PowerState.Unknown, at, why);
}

/// <summary>What became of a power action: whether the device took it, and what was then observed.</summary>
/// <param name="Accepted">The device acknowledged the action.</param>
/// <param name="Reached">The state that the action aims at was observed before the deadline.</param>
/// <param name="Observed">The last observation.</param>
/// <param name="Detail">In words: the refusal, or why the state was not reached; empty when it was.</param>
public sealed record PowerOutcome(bool Accepted, bool Reached, PowerObservation Observed, string Detail);

/// <summary>The power of one node: through its BMC, an outlet, a relay.</summary>
public interface INodePower : IAsyncDisposable
{
    /// <summary>Observes the state now. Never throws for a device that is silent or broken: that is <see cref="PowerState.Unknown"/>.</summary>
    Task<PowerObservation> ObserveAsync(CancellationToken cancellationToken);

    /// <summary>
    /// Carries an action out and watches until its effect is observed or the deadline passes. A device that refuses or does
    /// not answer is an outcome, not an exception.
    /// </summary>
    /// <param name="action">What to do.</param>
    /// <param name="deadline">How long to go on asking and watching; more than zero.</param>
    Task<PowerOutcome> CommandAsync(PowerAction action, TimeSpan deadline, CancellationToken cancellationToken);
}
