using Holdfast.Hal.Devices.Ipmi;
using Holdfast.Testing;
using Xunit;

namespace Holdfast.Hal.Devices.Tests.Ipmi;

/// <summary>When a BMC's sensor records are read again, and what one that cannot be read does to the others.</summary>
public sealed class SensorDiscoveryTests
{
    private static readonly TimeSpan LookEvery = TimeSpan.FromMinutes(1);

    private readonly ManualTimeProvider clock = new();
    private readonly ScriptedBmc bmc = new();
    private readonly IpmiSensors sensors;

    public SensorDiscoveryTests()
    {
        sensors = new IpmiSensors(bmc.AskAsync, clock, "n");
        bmc.Labels.AddRange(["a", "b", "c", "d"]);
    }

    [Fact]
    public async Task Records_are_not_read_again_while_nothing_has_changed()
    {
        await NamesAsync();
        var asked = bmc.RecordsAsked;
        for (var minute = 0; minute < 59; minute++)
        {
            await LaterAsync(LookEvery);
        }

        Assert.Equal(asked, bmc.RecordsAsked);
    }

    [Fact]
    public async Task A_sensor_that_was_added_is_found()
    {
        await NamesAsync();
        bmc.Labels.Add("e");

        Assert.Equal(["n-a", "n-b", "n-c", "n-d", "n-e"], await LaterAsync(LookEvery));
    }

    [Fact]
    public async Task Records_that_were_replaced_are_read_again()
    {
        await NamesAsync();
        bmc.Labels[1] = "new";
        bmc.AddedAt++;

        Assert.Equal(["n-a", "n-new", "n-c", "n-d"], await LaterAsync(LookEvery));
    }

    [Fact]
    public async Task Another_BMC_at_the_same_address_is_noticed()
    {
        await NamesAsync();
        bmc.Labels[0] = "other";
        bmc.Product++;

        Assert.Equal("n-other", (await LaterAsync(LookEvery))[0]);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_change_that_the_BMC_does_not_tell_is_found_after_an_hour(bool knowsNoInfo)
    {
        bmc.KnowsNoInfo = knowsNoInfo;
        await NamesAsync();
        bmc.Labels[0] = "other";
        Assert.Equal("n-a", (await LaterAsync(TimeSpan.FromMinutes(59)))[0]);

        Assert.Equal("n-other", (await LaterAsync(LookEvery))[0]);
    }

    [Theory]
    [InlineData(1, 0)]
    [InlineData(1, 16)]
    [InlineData(2, 0)]
    [InlineData(2, 5)]
    [InlineData(4, 0)]
    [InlineData(4, 16)]
    public async Task A_record_that_cannot_be_read_hides_no_other(int number, byte offset)
    {
        foreach (byte? completion in new byte?[] { 0xC5, 0xFF, 0xCB, null })
        {
            bmc.Spoilt[number] = (offset, completion);
            var fresh = new IpmiSensors(bmc.AskAsync, clock, "n");
            await fresh.ReadAsync(CancellationToken.None);

            string[] others = [.. bmc.Labels.Where((_, index) => index != number - 1).Select(label => $"n-{label}")];
            Assert.Equal(others, fresh.Sensors.Select(s => s.Sensor.Text));
        }
    }

    [Fact]
    public async Task A_record_that_could_not_be_read_is_tried_again_before_the_hour_is_over()
    {
        bmc.Spoilt[2] = (0, 0xFF);
        Assert.Equal(["n-a", "n-c", "n-d"], await NamesAsync());
        bmc.Spoilt.Clear();

        Assert.Equal(["n-a", "n-b", "n-c", "n-d"], await LaterAsync(TimeSpan.FromMinutes(10)));
    }

    [Fact]
    public async Task A_BMC_that_falls_silent_keeps_its_sensors_and_they_are_absent()
    {
        await NamesAsync();
        bmc.Silent = true;
        clock.Advance(LookEvery);
        var readings = await sensors.ReadAsync(CancellationToken.None);

        Assert.Equal(["n-a", "n-b", "n-c", "n-d"], readings.Select(r => r.Sensor.Text));
        Assert.All(readings, r => Assert.Equal(Quality.Absent, r.Reading.Quality));
    }

    private async Task<string[]> LaterAsync(TimeSpan span)
    {
        clock.Advance(span);
        return await NamesAsync();
    }

    private async Task<string[]> NamesAsync()
    {
        await sensors.ReadAsync(CancellationToken.None);
        return [.. sensors.Sensors.Select(s => s.Sensor.Text)];
    }
}
