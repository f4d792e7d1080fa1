using Xunit;

namespace Holdfast.Core.Tests;

public sealed class QuantityTests
{
    [Theory]
    [InlineData(double.NaN)]
    [InlineData(double.PositiveInfinity)]
    [InlineData(double.NegativeInfinity)]
    public void A_quantity_is_never_unknown(double value) =>
        Assert.Throws<ArgumentOutOfRangeException>(() => new Watts(value));

    [Fact]
    public void Volts_times_amperes_are_watts() => Assert.Equal(new Watts(2300), new Volts(230).Times(new Amperes(10)));

    [Fact]
    public void Power_over_time_is_energy() =>
        Assert.Equal(new WattHours(50), new Watts(200).Over(TimeSpan.FromMinutes(15)));

    [Fact]
    public void People_read_value_and_symbol() => Assert.Equal("21.5 °C", new Celsius(21.5).ToString());
}
