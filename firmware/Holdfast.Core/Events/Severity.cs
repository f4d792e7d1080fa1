namespace Holdfast.Core;

/// <summary>How much an event matters to the person who reads it.</summary>
public enum Severity
{
    /// <summary>Something happened as it should.</summary>
    Info,

    /// <summary>Look at it when you are here anyway.</summary>
    Warning,

    /// <summary>Somebody must act today.</summary>
    Error,

    /// <summary>Somebody must act now: people, hardware or data are at risk.</summary>
    Critical,
}
