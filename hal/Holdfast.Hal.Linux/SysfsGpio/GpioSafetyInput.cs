namespace Holdfast.Hal.Linux.SysfsGpio;

/// <summary>A contact on a GPIO line as a safety input.</summary>
/// <param name="root">The folder of the lines, /sys/class/gpio.</param>
/// <param name="activeLow">The contact pulls the line down when it speaks.</param>
public sealed class GpioSafetyInput(
    string root,
    int line,
    bool activeLow,
    SensorId id,
    SafetyKind kind,
    TimeProvider clock
) : ISafetyInput
{
    private readonly GpioLine gpio = new(root, line, activeLow);

    public SensorId Id => id;

    public SafetyKind Kind => kind;

    public Task<SafetyObservation> ReadAsync(CancellationToken cancellationToken) => Task.Run(Read, cancellationToken);

    private SafetyObservation Read()
    {
        var (active, detail) = gpio.Read();
        var state = active switch
        {
            true => SafetyState.Active,
            false => SafetyState.Clear,
            null => SafetyState.Unknown,
        };
        return new SafetyObservation(id, state, clock.Now, detail);
    }
}
