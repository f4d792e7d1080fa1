using Holdfast.Firmware.Appliance;
using Holdfast.Hal;

namespace Holdfast.Firmware.Tests.Appliance;

/// <summary>A fan whose driver has a fault: it throws, which no driver may.</summary>
internal sealed class BrokenFan : IFan
{
    public SensorId Id { get; } = new("fan-a1");

    /// <summary>The only device of a rack.</summary>
    public Devices Alone() => new([], [], [this], [], [], [], null);

    public Task<Reading> ReadSpeedAsync(CancellationToken cancellationToken) => throw new NotSupportedException("read");

    public Task<OutputOutcome> SetDutyAsync(Percent duty, CancellationToken cancellationToken) =>
        throw new NotSupportedException("set");

    public Task<OutputOutcome> ReleaseAsync(CancellationToken cancellationToken) =>
        Task.FromResult(OutputOutcome.Success);
}
