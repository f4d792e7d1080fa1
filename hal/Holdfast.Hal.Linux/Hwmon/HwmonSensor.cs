namespace Holdfast.Hal.Linux.Hwmon;

/// <summary>One hwmon channel as a sensor of the rack.</summary>
public sealed class HwmonSensor : ISensorSource
{
    private readonly HwmonChannel channel;
    private readonly TimeProvider clock;

    /// <param name="root">The folder of the chips, /sys/class/hwmon.</param>
    /// <param name="chip">The chip's name attribute; "name#1" for the second of one name.</param>
    /// <param name="channelName">tempN, fanN, inN, currN or powerN.</param>
    /// <exception cref="ArgumentException">hwmon has no such channel.</exception>
    public HwmonSensor(string root, string chip, string channelName, SensorId sensor, TimeProvider clock)
    {
        channel = HwmonChannel.Of(new HwmonChip(root, chip), channelName);
        this.clock = clock;
        Sensors = [new SensorDescription(sensor, channel.Unit, $"{chip} {channelName}")];
    }

    public IReadOnlyList<SensorDescription> Sensors { get; }

    public Task<IReadOnlyList<SensorReading>> ReadAsync(CancellationToken cancellationToken) =>
        Task.Run<IReadOnlyList<SensorReading>>(
            () => [new SensorReading(Sensors[0].Sensor, channel.Read(clock.Now))],
            cancellationToken
        );
}
