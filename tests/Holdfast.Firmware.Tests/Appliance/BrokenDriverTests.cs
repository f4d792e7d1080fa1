using Holdfast.Firmware.Appliance;
using Holdfast.Rack;
using Xunit;

namespace Holdfast.Firmware.Tests.Appliance;

/// <summary>A driver that throws is a fault of the program: it must be heard, not leave one device unasked or untold for ever.</summary>
public sealed class BrokenDriverTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    private readonly Devices devices = new BrokenFan().Alone();
    private readonly ObservationInbox inbox = new();
    private readonly RackClock clock = RackClock.Start(1);

    [Fact]
    public async Task A_poller_that_broke_ends_with_the_error()
    {
        var poller = new DevicePoller(devices, inbox, new SensorBook([]), clock);
        using var stop = new CancellationTokenSource(Patience);
        var error = await Assert.ThrowsAsync<NotSupportedException>(() => poller.RunAsync(stop.Token));
        Assert.Equal("read", error.Message);
    }

    [Fact]
    public async Task An_action_that_broke_is_heard()
    {
        await using var runner = new ActionRunner(devices, inbox, clock);
        runner.Start(new SetFanDuty(1, devices.Fans[0].Id, new Percent(50)));
        var error = await Assert.ThrowsAsync<NotSupportedException>(() => runner.Broken.WaitAsync(Patience));
        Assert.Equal("set", error.Message);
    }
}
