using Holdfast.Hal.Linux.Hwmon;
using Holdfast.Testing;
using Xunit;

namespace Holdfast.Hal.Linux.Tests.Hwmon;

public sealed class HwmonSensorTests : IDisposable
{
    private static readonly SensorId Id = new("zone-a-inlet");

    private readonly SysfsFolder hwmon = new();
    private readonly ManualTimeProvider clock = new();

    public HwmonSensorTests() => hwmon["hwmon0/name"] = "lm75";

    [Theory]
    [InlineData("temp1", "23500", 23.5, Unit.Celsius)]
    [InlineData("temp2", "-4125", -4.125, Unit.Celsius)]
    [InlineData("fan3", "4210", 4210, Unit.Rpm)]
    [InlineData("in0", "12060", 12.06, Unit.Volt)]
    [InlineData("curr1", "-1500", -1.5, Unit.Ampere)]
    [InlineData("power1", "153250000", 153.25, Unit.Watt)]
    public async Task A_channel_reads_in_its_unit(string channel, string raw, double value, Unit unit)
    {
        hwmon[$"hwmon0/{channel}_input"] = raw;
        var reading = await ReadAsync("lm75", channel);
        Assert.Equal(value, reading.Value, 1e-9);
        Assert.Equal((unit, Quality.Good, clock.Now), (reading.Unit, reading.Quality, reading.At));
    }

    [Fact]
    public async Task A_power_chip_that_only_averages_is_read_by_its_average()
    {
        hwmon["hwmon0/power1_average"] = "90000000";
        Assert.Equal(90, (await ReadAsync("lm75", "power1")).Value);
    }

    [Theory]
    [InlineData("temp1", Unit.Celsius)]
    [InlineData("power1", Unit.Watt)]
    public async Task A_missing_file_is_absent_and_not_zero(string channel, Unit unit)
    {
        var reading = await ReadAsync("lm75", channel);
        Assert.Equal((Quality.Absent, unit), (reading.Quality, reading.Unit));
    }

    [Theory]
    [InlineData("")]
    [InlineData("nonsense")]
    [InlineData("23.5")]
    [InlineData("-127000")]
    [InlineData("999999")]
    [InlineData("9223372036854775807")]
    public async Task Garbage_and_what_no_sensor_can_show_is_a_fault(string raw)
    {
        hwmon["hwmon0/temp1_input"] = raw;
        Assert.Equal(Quality.Fault, (await ReadAsync("lm75", "temp1")).Quality);
    }

    [Fact]
    public async Task A_sensor_that_its_chip_calls_faulty_is_a_fault_whatever_it_shows()
    {
        hwmon["hwmon0/temp1_input"] = "23500";
        hwmon["hwmon0/temp1_fault"] = "1";
        Assert.Equal(Quality.Fault, (await ReadAsync("lm75", "temp1")).Quality);
        hwmon["hwmon0/temp1_fault"] = "0";
        Assert.Equal(Quality.Good, (await ReadAsync("lm75", "temp1")).Quality);
    }

    [Fact]
    public async Task A_chip_is_found_by_its_name_whatever_its_number()
    {
        hwmon["hwmon7/name"] = "tmp102";
        hwmon["hwmon7/temp1_input"] = "31000";
        hwmon["hwmon0/temp1_input"] = "12000";
        Assert.Equal(31, (await ReadAsync("tmp102", "temp1")).Value);
    }

    [Fact]
    public async Task Two_chips_of_one_name_are_told_apart_in_the_order_of_their_numbers()
    {
        hwmon["hwmon2/name"] = "tmp102";
        hwmon["hwmon2/temp1_input"] = "20000";
        hwmon["hwmon10/name"] = "tmp102";
        hwmon["hwmon10/temp1_input"] = "30000";
        Assert.Equal(20, (await ReadAsync("tmp102", "temp1")).Value);
        Assert.Equal(30, (await ReadAsync("tmp102#1", "temp1")).Value);
        Assert.Equal(Quality.Absent, (await ReadAsync("tmp102#2", "temp1")).Quality);
    }

    [Fact]
    public async Task A_chip_whose_driver_is_loaded_again_under_another_number_heals_by_itself()
    {
        hwmon["hwmon0/temp1_input"] = "20000";
        var sensor = new HwmonSensor(hwmon.Root, "lm75", "temp1", Id, clock);
        Assert.Equal(20, (await sensor.ReadAsync(CancellationToken.None))[0].Reading.Value);

        Directory.Delete(hwmon.PathOf("hwmon0"), recursive: true);
        Assert.Equal(Quality.Absent, (await sensor.ReadAsync(CancellationToken.None))[0].Reading.Quality);

        hwmon["hwmon0/name"] = "coretemp";
        hwmon["hwmon0/temp1_input"] = "70000";
        hwmon["hwmon3/name"] = "lm75";
        hwmon["hwmon3/temp1_input"] = "21000";
        Assert.Equal(21, (await sensor.ReadAsync(CancellationToken.None))[0].Reading.Value);
    }

    [Fact]
    public async Task Without_the_class_folder_everything_is_absent()
    {
        var sensor = new HwmonSensor(hwmon.PathOf("no/such"), "lm75", "temp1", Id, clock);
        Assert.Equal(Quality.Absent, (await sensor.ReadAsync(CancellationToken.None))[0].Reading.Quality);
    }

    [Theory]
    [InlineData("humidity1")]
    [InlineData("")]
    [InlineData("../temp1")]
    public void A_channel_that_hwmon_does_not_know_is_refused(string channel) =>
        Assert.Throws<ArgumentException>(() => new HwmonSensor(hwmon.Root, "lm75", channel, Id, clock));

    [Fact]
    public async Task A_meter_reads_power_voltage_and_current_of_one_number()
    {
        hwmon["hwmon1/name"] = "ina226";
        hwmon["hwmon1/power1_input"] = "120000000";
        hwmon["hwmon1/in1_input"] = "48000";
        var meter = new HwmonPowerMeter(hwmon.Root, "ina226", 1, new SensorId("feed"), clock);
        var reading = await meter.ReadAsync(CancellationToken.None);
        Assert.Equal((120, 48), (reading.Power.Value, reading.Voltage.Value));
        Assert.Equal((Quality.Absent, Unit.Ampere), (reading.Current.Quality, reading.Current.Unit));
        Assert.Equal((Quality.Absent, Unit.WattHour), (reading.Energy.Quality, reading.Energy.Unit));
    }

    public void Dispose() => hwmon.Dispose();

    private async Task<Reading> ReadAsync(string chip, string channel)
    {
        var sensor = new HwmonSensor(hwmon.Root, chip, channel, Id, clock);
        var reading = Assert.Single(await sensor.ReadAsync(CancellationToken.None));
        Assert.Equal(Id, reading.Sensor);
        Assert.Equal(sensor.Sensors[0].Unit, reading.Reading.Unit);
        return reading.Reading;
    }
}
