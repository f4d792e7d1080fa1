using Holdfast.Hal.Linux.SysfsGpio;
using Holdfast.Testing;
using Xunit;

namespace Holdfast.Hal.Linux.Tests.SysfsGpio;

public sealed class GpioTests : IDisposable
{
    private const string Value = "gpio17/value";

    private readonly SysfsFolder gpio = new();
    private readonly ManualTimeProvider clock = new();

    [Theory]
    [InlineData("0", false, SafetyState.Clear)]
    [InlineData("1", false, SafetyState.Active)]
    [InlineData("0", true, SafetyState.Active)]
    [InlineData("1", true, SafetyState.Clear)]
    public async Task An_input_reads_its_level_with_its_polarity(string level, bool activeLow, SafetyState state)
    {
        gpio[Value] = level;
        var seen = await ReadAsync(activeLow);
        Assert.Equal((state, clock.Now, ""), (seen.State, seen.At, seen.Detail));
    }

    [Theory]
    [InlineData("")]
    [InlineData("2")]
    [InlineData("-1")]
    [InlineData("on")]
    public async Task A_level_that_makes_no_sense_is_unknown_in_either_polarity(string level)
    {
        gpio[Value] = level;
        Assert.Equal(SafetyState.Unknown, (await ReadAsync(activeLow: false)).State);
        Assert.Equal(SafetyState.Unknown, (await ReadAsync(activeLow: true)).State);
    }

    [Fact]
    public async Task A_line_that_is_not_exported_is_unknown_and_says_so()
    {
        var seen = await ReadAsync(activeLow: true);
        Assert.Equal(SafetyState.Unknown, seen.State);
        Assert.Contains("GPIO line 17 is not exported", seen.Detail, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_line_that_cannot_be_read_is_unknown()
    {
        gpio[Value] = "0";
        gpio.Break(Value);
        Assert.Equal(SafetyState.Unknown, (await ReadAsync(activeLow: false)).State);
    }

    [Theory]
    [InlineData(true, false, "1")]
    [InlineData(false, false, "0")]
    [InlineData(true, true, "0")]
    [InlineData(false, true, "1")]
    public async Task A_relay_writes_its_level_with_its_polarity(bool on, bool activeLow, string level)
    {
        gpio["gpio17/direction"] = "out";
        gpio[Value] = level == "1" ? "0" : "1";
        Assert.Equal(OutputOutcome.Success, await SwitchAsync(on, activeLow));
        Assert.Equal(level, gpio[Value]);
    }

    [Fact]
    public async Task A_relay_on_an_input_line_is_refused_and_the_line_left_alone()
    {
        gpio["gpio17/direction"] = "in";
        gpio[Value] = "0";
        var outcome = await SwitchAsync(on: true, activeLow: false);
        Assert.False(outcome.Done);
        Assert.Contains("check the line number in the board file", outcome.Detail, StringComparison.Ordinal);
        Assert.Equal("0", gpio[Value]);
    }

    [Fact]
    public async Task A_relay_that_does_not_switch_is_a_failure()
    {
        gpio["gpio17/direction"] = "out";
        File.CreateSymbolicLink(gpio.PathOf(Value), "/dev/null");
        var outcome = await SwitchAsync(on: true, activeLow: false);
        Assert.False(outcome.Done);
        Assert.Contains("did not take 1", outcome.Detail, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_relay_whose_line_is_not_exported_is_a_failure()
    {
        var outcome = await SwitchAsync(on: true, activeLow: false);
        Assert.False(outcome.Done);
        Assert.Contains("gpio17", outcome.Detail, StringComparison.Ordinal);
    }

    public void Dispose() => gpio.Dispose();

    private Task<SafetyObservation> ReadAsync(bool activeLow) =>
        new GpioSafetyInput(gpio.Root, 17, activeLow, new SensorId("leak"), SafetyKind.Leak, clock).ReadAsync(
            CancellationToken.None
        );

    private Task<OutputOutcome> SwitchAsync(bool on, bool activeLow) =>
        new GpioRelay(gpio.Root, 17, activeLow, new SensorId("pump")).SetAsync(on, CancellationToken.None);
}
