namespace Holdfast.Hal.Linux.SysfsGpio;

/// <summary>A relay on a GPIO line that is set up as an output.</summary>
/// <param name="root">The folder of the lines, /sys/class/gpio.</param>
public sealed class GpioRelay(string root, int line, bool activeLow, SensorId id) : IRelay
{
    private readonly GpioLine gpio = new(root, line, activeLow);

    public SensorId Id => id;

    public Task<OutputOutcome> SetAsync(bool on, CancellationToken cancellationToken) =>
        Task.Run(() => gpio.Write(on), cancellationToken);
}
