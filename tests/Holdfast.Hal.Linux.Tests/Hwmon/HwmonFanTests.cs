using Holdfast.Hal.Linux.Hwmon;
using Holdfast.Testing;
using Xunit;

namespace Holdfast.Hal.Linux.Tests.Hwmon;

public sealed class HwmonFanTests : IDisposable
{
    private const string Duty = "hwmon0/pwm1";
    private const string Mode = "hwmon0/pwm1_enable";

    private readonly SysfsFolder hwmon = new();
    private readonly HwmonFan fan;

    public HwmonFanTests()
    {
        hwmon["hwmon0/name"] = "max6639";
        hwmon[Duty] = "100";
        hwmon[Mode] = "2";
        fan = new HwmonFan(hwmon.Root, "max6639", 1, new SensorId("fan-a"), new ManualTimeProvider());
    }

    [Theory]
    [InlineData(0, "0")]
    [InlineData(50, "128")]
    [InlineData(100, "255")]
    [InlineData(140, "255")]
    [InlineData(-5, "0")]
    public async Task A_duty_is_written_in_255ths_after_taking_manual_control(double percent, string raw)
    {
        Assert.Equal(OutputOutcome.Success, await SetAsync(percent));
        Assert.Equal((raw, "1"), (hwmon[Duty], hwmon[Mode]));
    }

    [Fact]
    public async Task Releasing_hands_the_fan_back_to_the_mode_it_was_found_in()
    {
        hwmon[Mode] = "5";
        await SetAsync(40);
        Assert.Equal(OutputOutcome.Success, await ReleaseAsync());
        Assert.Equal("5", hwmon[Mode]);
    }

    [Fact]
    public async Task Releasing_a_fan_that_was_manual_already_leaves_it_at_full_speed()
    {
        hwmon[Mode] = "1";
        await SetAsync(40);
        Assert.True((await ReleaseAsync()).Done);
        Assert.Equal("0", hwmon[Mode]);
    }

    [Fact]
    public async Task Releasing_a_fan_that_was_never_taken_changes_nothing()
    {
        Assert.True((await ReleaseAsync()).Done);
        Assert.Equal(("100", "2"), (hwmon[Duty], hwmon[Mode]));
    }

    [Fact]
    public async Task A_chip_without_modes_is_released_to_full_duty()
    {
        hwmon.Remove(Mode);
        Assert.True((await SetAsync(40)).Done);
        Assert.True((await ReleaseAsync()).Done);
        Assert.Equal("255", hwmon[Duty]);
        Assert.False(File.Exists(hwmon.PathOf(Mode)));
    }

    [Fact]
    public async Task A_chip_that_does_not_take_its_mode_back_is_released_to_full_duty()
    {
        await SetAsync(40);
        hwmon.RefuseWrites(Mode);
        Assert.True((await ReleaseAsync()).Done);
        Assert.Equal("255", hwmon[Duty]);
    }

    [Fact]
    public async Task A_fan_that_the_chip_took_back_is_taken_again_with_the_next_duty()
    {
        await SetAsync(40);
        hwmon[Mode] = "2";
        await SetAsync(60);
        Assert.Equal("1", hwmon[Mode]);
    }

    [Fact]
    public async Task Without_manual_control_the_duty_is_not_set()
    {
        hwmon.RefuseWrites(Mode);
        var outcome = await SetAsync(40);
        Assert.False(outcome.Done);
        Assert.Contains("pwm1_enable", outcome.Detail, StringComparison.Ordinal);
        Assert.Equal("100", hwmon[Duty]);
    }

    [Fact]
    public async Task A_chip_that_is_not_there_fails_with_a_remedy()
    {
        hwmon["hwmon0/name"] = "other";
        var outcome = await SetAsync(40);
        Assert.False(outcome.Done);
        Assert.Contains("is its driver loaded?", outcome.Detail, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_duty_that_does_not_stick_is_a_failure()
    {
        hwmon.Remove(Duty);
        File.CreateSymbolicLink(hwmon.PathOf(Duty), "/dev/null");
        var outcome = await SetAsync(40);
        Assert.False(outcome.Done);
        Assert.Contains("did not take 102", outcome.Detail, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Speed_is_read_and_absent_without_a_tachometer()
    {
        Assert.Equal(Quality.Absent, (await fan.ReadSpeedAsync(CancellationToken.None)).Quality);
        hwmon["hwmon0/fan1_input"] = "3120";
        Assert.Equal(3120, (await fan.ReadSpeedAsync(CancellationToken.None)).Value);
    }

    public void Dispose() => hwmon.Dispose();

    private Task<OutputOutcome> SetAsync(double percent) =>
        fan.SetDutyAsync(new Percent(percent), CancellationToken.None);

    private Task<OutputOutcome> ReleaseAsync() => fan.ReleaseAsync(CancellationToken.None);
}
