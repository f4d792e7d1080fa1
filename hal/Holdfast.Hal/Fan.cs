namespace Holdfast.Hal;

/// <summary>What became of setting an output: <c>Done</c>, or in words why not.</summary>
public readonly record struct OutputOutcome(bool Done, string Detail)
{
    public static OutputOutcome Success => new(true, "");

    public static OutputOutcome Failure(string detail) => new(false, detail);
}

/// <summary>A fan, or a group of fans on one PWM output.</summary>
public interface IFan
{
    SensorId Id { get; }

    /// <summary>Its speed in rpm; a fan without tachometer reads absent.</summary>
    Task<Reading> ReadSpeedAsync(CancellationToken cancellationToken);

    /// <summary>Takes the fan under manual control if it is not, and sets its duty.</summary>
    /// <param name="duty">0 to 100 %.</param>
    Task<OutputOutcome> SetDutyAsync(Percent duty, CancellationToken cancellationToken);

    /// <summary>Gives the fan back to the hardware's own control, or full speed where there is none: its safe state.</summary>
    Task<OutputOutcome> ReleaseAsync(CancellationToken cancellationToken);
}
