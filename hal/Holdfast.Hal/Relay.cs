namespace Holdfast.Hal;

/// <summary>A switched output: a pump, a siren, a contactor.</summary>
public interface IRelay
{
    SensorId Id { get; }

    /// <summary>Switches it and reads it back.</summary>
    Task<OutputOutcome> SetAsync(bool on, CancellationToken cancellationToken);
}
