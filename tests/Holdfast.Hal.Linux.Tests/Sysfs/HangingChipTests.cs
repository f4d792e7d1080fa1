using Holdfast.Hal.Linux.Hwmon;
using Holdfast.Hal.Linux.PowerSupply;
using Holdfast.Hal.Linux.SysfsGpio;
using Holdfast.Testing;
using Xunit;

namespace Holdfast.Hal.Linux.Tests.Sysfs;

/// <summary>A read or write waits in the kernel while a chip's bus hangs. Whoever asks must be free for other devices meanwhile.</summary>
public sealed class HangingChipTests : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);
    private static readonly SensorId Id = new("it");

    private readonly SysfsFolder sysfs = new();
    private readonly ManualTimeProvider clock = new();

    [Theory]
    [InlineData("fan duty", "hwmon0/pwm1_enable")]
    [InlineData("fan release", "hwmon0/pwm1_enable")]
    [InlineData("fan speed", "hwmon0/fan1_input")]
    [InlineData("sensor", "hwmon0/temp1_input")]
    [InlineData("meter", "hwmon0/power1_input")]
    [InlineData("safety input", "gpio1/value")]
    [InlineData("relay", "gpio1/direction")]
    [InlineData("battery", "AC0/online")]
    public async Task It_holds_nothing_but_its_own_answer(string device, string attribute)
    {
        sysfs["hwmon0/name"] = "chip";
        sysfs["hwmon0/pwm1"] = "100";
        sysfs["gpio1/value"] = "0";
        sysfs["AC0/type"] = "Mains";
        sysfs.Hang(attribute);

        var asking = Task.Run<Task>(() => Task.FromResult(AskAsync(device)));
        try
        {
            var answer = await asking.WaitAsync(Patience);
            Assert.False(answer.IsCompleted);
        }
        finally
        {
            sysfs.Release(attribute);
        }

        await (await asking).WaitAsync(Patience);
    }

    public void Dispose() => sysfs.Dispose();

    private Task AskAsync(string device)
    {
        var none = CancellationToken.None;
        var fan = new HwmonFan(sysfs.Root, "chip", 1, Id, clock);
        return device switch
        {
            "fan duty" => fan.SetDutyAsync(new Percent(50), none),
            "fan release" => fan.ReleaseAsync(none),
            "fan speed" => fan.ReadSpeedAsync(none),
            "sensor" => new HwmonSensor(sysfs.Root, "chip", "temp1", Id, clock).ReadAsync(none),
            "meter" => new HwmonPowerMeter(sysfs.Root, "chip", 1, Id, clock).ReadAsync(none),
            "safety input" => new GpioSafetyInput(sysfs.Root, 1, false, Id, SafetyKind.Smoke, clock).ReadAsync(none),
            "relay" => new GpioRelay(sysfs.Root, 1, false, Id).SetAsync(true, none),
            _ => new PowerSupplyUps(sysfs.Root, "BAT0", "AC0", Id, clock).ObserveAsync(none),
        };
    }
}
