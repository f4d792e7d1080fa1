namespace Holdfast.Core;

/// <summary>How far a reading can be trusted. Only <see cref="Good"/> may drive a decision that needs the value.</summary>
public enum Quality
{
    /// <summary>Nothing has been read yet, or the sensor is not there.</summary>
    Absent,

    /// <summary>Read once, but too long ago.</summary>
    Stale,

    /// <summary>The sensor or its driver says that the value is wrong.</summary>
    Fault,

    /// <summary>Fresh and plausible.</summary>
    Good,
}
