using Xunit;

namespace Holdfast.Core.Tests;

public sealed class ReadingTests
{
    private static readonly MonotonicTime Start = MonotonicTime.FromSeconds(1000);

    [Fact]
    public void A_good_reading_turns_stale_when_it_is_not_renewed()
    {
        var reading = Reading.Good(new Celsius(40), Start);
        var freshFor = TimeSpan.FromSeconds(10);

        Assert.True(reading.AsOf(Start + freshFor, freshFor).IsGood);
        Assert.Equal(Quality.Stale, reading.AsOf(Start + freshFor + TimeSpan.FromTicks(1), freshFor).Quality);
    }

    [Fact]
    public void Only_a_good_reading_gives_its_value()
    {
        Assert.True(Reading.Good(new Celsius(40), Start).TryGet<CelsiusUnit>(out var value));
        Assert.Equal(new Celsius(40), value);
        Assert.False(Reading.Good(new Celsius(40), Start).TryGet<WattUnit>(out _));
        Assert.False(Reading.Fault(Unit.Celsius, Start).TryGet<CelsiusUnit>(out _));
        Assert.False(Reading.Absent(Unit.Celsius).TryGet<CelsiusUnit>(out _));
    }

    [Fact]
    public void A_default_reading_is_absent() => Assert.Equal(Quality.Absent, default(Reading).Quality);
}
