namespace Holdfast.Hal;

public enum SafetyKind
{
    Door,
    Leak,
    Smoke,
}

public enum SafetyState
{
    /// <summary>The input could not be read. Not the same as clear.</summary>
    Unknown,
    Clear,

    /// <summary>Door open, water found, smoke found.</summary>
    Active,
}

/// <summary>What was seen at a safety input, when, and in words why it is unknown (empty otherwise).</summary>
public readonly record struct SafetyObservation(SensorId Input, SafetyState State, MonotonicTime At, string Detail);

/// <summary>A contact or detector that guards people and hardware.</summary>
public interface ISafetyInput
{
    SensorId Id { get; }

    SafetyKind Kind { get; }

    /// <summary>Reads it once; a broken input is <see cref="SafetyState.Unknown"/>, not an exception.</summary>
    Task<SafetyObservation> ReadAsync(CancellationToken cancellationToken);
}
