namespace Holdfast.Hal;

public enum UpsState
{
    /// <summary>It did not answer, or what it said is too old. Must not shut a healthy site down.</summary>
    Unknown,
    Online,
    OnBattery,

    /// <summary>On battery, and the device itself says that little is left.</summary>
    LowBattery,
}

/// <summary>What was seen of the battery.</summary>
/// <param name="State">Where the power comes from.</param>
/// <param name="Charge">State of charge in percent.</param>
/// <param name="Power">Power out of the battery in watts; negative while it charges.</param>
/// <param name="At">When it was observed.</param>
/// <param name="Detail">In words why it is unknown; empty otherwise.</param>
public readonly record struct UpsObservation(
    UpsState State,
    Reading Charge,
    Reading Power,
    MonotonicTime At,
    string Detail
);

/// <summary>The battery behind the rack: a UPS, or an inverter with storage.</summary>
public interface IUps
{
    SensorId Id { get; }

    /// <summary>Observes it once; a silent device is <see cref="UpsState.Unknown"/>, not an exception.</summary>
    Task<UpsObservation> ObserveAsync(CancellationToken cancellationToken);
}
