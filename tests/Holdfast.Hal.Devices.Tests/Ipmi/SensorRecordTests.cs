using FsCheck;
using FsCheck.Fluent;
using Holdfast.Hal.Devices.Ipmi;
using Xunit;

namespace Holdfast.Hal.Devices.Tests.Ipmi;

public sealed class SensorRecordTests
{
    [Theory]
    [InlineData(0x00, 200, 200)]
    [InlineData(0x40, 0xFE, -1)]
    [InlineData(0x80, 0xFE, -2)]
    public void A_raw_reading_is_unsigned_or_a_ones_or_a_twos_complement(byte format, byte raw, double value) =>
        Assert.Equal(value, SensorRecord.Read(Record(units: format))!.Value(raw));

    [Theory]
    [InlineData(25, 0, 0xF0, 60, 150)] // 25·60·10^-1
    [InlineData(1, -40, 0x00, 65, 25)] // 65-40
    [InlineData(-2, 0, 0x00, 10, -20)]
    [InlineData(1, 5, 0x02, 0, 500)] // 5·10^2
    [InlineData(500, 0, 0xD0, 24, 12)] // 500·24·10^-3
    public void A_value_is_made_of_factor_offset_and_exponents(int m, int b, byte exponents, byte raw, double value) =>
        Assert.Equal(value, SensorRecord.Read(Record(m: m, b: b, exponents: exponents))!.Value(raw), 1e-9);

    [Theory]
    [InlineData(1, Unit.Celsius)]
    [InlineData(4, Unit.Volt)]
    [InlineData(5, Unit.Ampere)]
    [InlineData(6, Unit.Watt)]
    [InlineData(18, Unit.Rpm)]
    public void Units_that_we_know_are_read(byte code, Unit unit) =>
        Assert.Equal(unit, SensorRecord.Read(Record(unit: code))!.Unit);

    [Fact]
    public void What_is_not_an_analog_sensor_in_a_unit_that_we_know_is_passed_over()
    {
        Assert.Null(SensorRecord.Read(Record(unit: 2))); // degrees Fahrenheit
        Assert.Null(SensorRecord.Read(Record(units: 0x08))); // per second
        Assert.Null(SensorRecord.Read(Record(units: 0xC0))); // no analog reading
        Assert.Null(SensorRecord.Read(Record(label: "")));
        Assert.Null(SensorRecord.Read(With(3, 0x02))); // a compact record
        Assert.Null(SensorRecord.Read(With(5, 0x2C))); // of another controller: the same number is another sensor here
        Assert.Null(SensorRecord.Read(With(6, 0x01))); // of another unit of the BMC
        Assert.Null(SensorRecord.Read(With(6, 0x70))); // on another channel
        Assert.Null(SensorRecord.Read(With(13, 0x6F))); // of states
        Assert.Null(SensorRecord.Read(Record().AsSpan(0, 47)));
        Assert.Null(SensorRecord.Read([]));
    }

    [Fact]
    public void A_formula_without_a_result_gives_no_number()
    {
        Assert.False(double.IsFinite(SensorRecord.Read(With(23, 1))!.Value(0))); // the logarithm of nought
        Assert.False(double.IsFinite(SensorRecord.Read(With(23, 7))!.Value(0))); // one by nought
        Assert.False(double.IsFinite(SensorRecord.Read(With(23, 0x70))!.Value(1))); // a table of the maker's
    }

    [Fact]
    public void A_label_longer_than_its_record_is_cut() =>
        Assert.Equal("Temp", SensorRecord.Read(With(47, 0xC0 | 31))!.Label);

    [Fact]
    public void Any_record_is_read_or_passed_over() =>
        Prop.ForAll<byte[], byte>(
                (bytes, raw) =>
                {
                    byte[] record = [.. Record().AsSpan(0, 20), .. bytes, .. new byte[64]];
                    record[13] = 1;
                    _ = SensorRecord.Read(bytes)?.Value(raw);
                    _ = SensorRecord.Read(record)?.Value(raw);
                    return true;
                }
            )
            .Check(Config.QuickThrowOnFailure.WithMaxTest(1000));

    private static byte[] With(int offset, byte value)
    {
        var record = Record();
        record[offset] = value;
        return record;
    }

    internal static byte[] Record(
        byte units = 0,
        byte unit = 1,
        int m = 1,
        int b = 0,
        byte exponents = 0,
        string label = "Temp"
    )
    {
        var record = new byte[48];
        (record[2], record[3], record[4]) = (0x51, 0x01, (byte)(43 + label.Length));
        record[5] = 0x20;
        (record[7], record[13], record[20], record[21]) = (1, 0x01, units, unit);
        (record[24], record[25]) = ((byte)m, (byte)((m >> 2) & 0xC0));
        (record[26], record[27]) = ((byte)b, (byte)((b >> 2) & 0xC0));
        (record[29], record[47]) = (exponents, (byte)(0xC0 | label.Length));
        return [.. record, .. label.Select(c => (byte)c)];
    }
}
