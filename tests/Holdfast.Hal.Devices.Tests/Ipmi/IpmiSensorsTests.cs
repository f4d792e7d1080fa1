using Holdfast.Hal.Devices.Ipmi;
using Holdfast.Testing;
using Xunit;

namespace Holdfast.Hal.Devices.Tests.Ipmi;

public sealed class IpmiSensorsTests
{
    [Fact]
    public async Task A_BMC_describes_its_sensors_itself()
    {
        await using var bmc = await IpmiSim.StartAsync();
        await using var access = Access(bmc);
        var sensors = new IpmiSensors(access, "node-01");
        Assert.Empty(sensors.Sensors);
        await sensors.ReadAsync(CancellationToken.None);
        SensorDescription[] expected =
        [
            new(new SensorId("node-01-cpu-temp"), Unit.Celsius, "CPU Temp"),
            new(new SensorId("node-01-fan-1"), Unit.Rpm, "Fan 1"),
            new(new SensorId("node-01-power"), Unit.Watt, "Power"),
            new(new SensorId("node-01-12-v"), Unit.Volt, "12 V"),
        ];
        Assert.Equal(expected, sensors.Sensors);
    }

    [Fact]
    public async Task Values_are_those_that_ipmitool_shows()
    {
        await using var bmc = await IpmiSim.StartAsync();
        bmc.Measure("fan", 122);
        bmc.Measure("watts", 77);
        bmc.Measure("temp", 0xF6);
        await using var access = Access(bmc);
        var sensors = new IpmiSensors(access, "node-01");
        await UntilAsync(async () => (await sensors.ReadAsync(CancellationToken.None))[0].Reading.Value == -10);
        var readings = await sensors.ReadAsync(CancellationToken.None);
        Assert.Equal([-10, 3660, 192.5], readings.Take(3).Select(r => r.Reading.Value));
        Assert.All(readings.Take(3), r => Assert.Equal(Quality.Good, r.Reading.Quality));

        var shown = await Ipmitool.AskAsync(bmc.Endpoint, IpmiSim.User, IpmiSim.Password, 3, "sensor", "list");
        Assert.Matches(@"CPU Temp +\| -10\.000 +\| degrees C", shown);
        Assert.Matches(@"Fan 1 +\| 3660\.000 +\| RPM", shown);
        Assert.Matches(@"Power +\| 192\.500 +\| Watts", shown);
    }

    [Fact]
    public async Task A_sensor_that_is_described_but_not_there_is_absent()
    {
        await using var bmc = await IpmiSim.StartAsync();
        await using var access = Access(bmc);
        var readings = await new IpmiSensors(access, "node-01").ReadAsync(CancellationToken.None);
        Assert.Equal((Quality.Absent, Unit.Volt), (readings[3].Reading.Quality, readings[3].Reading.Unit));
    }

    [Fact]
    public async Task Of_a_BMC_that_dies_every_sensor_is_absent_after_one_vain_question()
    {
        await using var bmc = await IpmiSim.StartAsync();
        await using var relay = new UdpRelay(bmc.Endpoint);
        await using var access = Rigs.Access(relay.Endpoint, IpmiSim.User, IpmiSim.Password);
        var sensors = new IpmiSensors(access, "node-01");
        await sensors.ReadAsync(CancellationToken.None);
        var asked = 0;
        relay.Answer = UdpRelay.Lost;
        relay.Request = datagram =>
        {
            Interlocked.Increment(ref asked);
            return [datagram];
        };
        var readings = await sensors.ReadAsync(CancellationToken.None);
        Assert.Equal(4, readings.Count);
        Assert.All(readings, r => Assert.Equal(Quality.Absent, r.Reading.Quality));
        // Thrice and a farewell in the old session, thrice for a new one.
        Assert.Equal(7, asked);
    }

    private static IpmiBmc Access(IpmiSim bmc) => Rigs.Access(bmc.Endpoint, IpmiSim.User, IpmiSim.Password);

    private static async Task UntilAsync(Func<Task<bool>> happened)
    {
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(30));
        using var timer = new PeriodicTimer(TimeSpan.FromMilliseconds(10));
        while (!await happened())
        {
            await timer.WaitForNextTickAsync(limit.Token);
        }
    }
}
