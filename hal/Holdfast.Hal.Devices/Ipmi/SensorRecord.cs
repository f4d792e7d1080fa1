using System.Buffers.Binary;

namespace Holdfast.Hal.Devices.Ipmi;

/// <summary>
/// A full sensor record (IPMI 2.0 §43.1, type 01h): what a sensor is called and how its raw reading becomes a value,
/// y = L[(M·x + B·10^K1) · 10^K2] (§36.3). Offsets are from the record's first header byte.
/// </summary>
internal sealed class SensorRecord
{
    public const int HeaderLength = 5;
    public const byte FullRecord = 0x01;

    private const int LengthMin = 48;
    private const byte Threshold = 0x01;
    private const byte BmcAddress = 0x20;

    // Of the byte behind the owner's address: its channel and its unit (LUN), not that of the FRU.
    private const byte ElsewhereMask = 0xF3;

    private readonly int analogFormat;
    private readonly int linearization;
    private readonly double factor;
    private readonly double offset;
    private readonly double scale;

    private SensorRecord(byte number, Unit unit, string label, ReadOnlySpan<byte> record)
    {
        (Number, Unit, Label) = (number, unit, label);
        analogFormat = record[20] >> 6;
        linearization = record[23] & 0x7F;
        factor = Signed(record[24] | ((record[25] & 0xC0) << 2), 10);
        offset = Signed(record[26] | ((record[27] & 0xC0) << 2), 10) * Math.Pow(10, Signed(record[29] & 0x0F, 4));
        scale = Math.Pow(10, Signed(record[29] >> 4, 4));
    }

    public byte Number { get; }

    public Unit Unit { get; }

    /// <summary>The name that the maker gave it.</summary>
    public string Label { get; }

    /// <summary>
    /// Reads a record; null: not a full record of an analog sensor in a unit that we know, or one of another controller, whose number is
    /// another sensor here.
    /// </summary>
    public static SensorRecord? Read(ReadOnlySpan<byte> record)
    {
        if (
            record.Length < LengthMin
            || record[3] != FullRecord
            || record[5] != BmcAddress
            || (record[6] & ElsewhereMask) != 0
            || record[13] != Threshold
            || record[20] >> 6 == 3
        )
        {
            return null;
        }

        // §43.17: base units; a modifier unit or a rate would make it another quantity.
        Unit? unit = (record[21], record[20] & 0x3F) switch
        {
            (1, 0) => Unit.Celsius,
            (4, 0) => Unit.Volt,
            (5, 0) => Unit.Ampere,
            (6, 0) => Unit.Watt,
            (18, 0) => Unit.Rpm,
            _ => null,
        };
        var label = TypeLengthText.Read(record[47], record[LengthMin..]);
        return unit is { } known && label.Length > 0 ? new SensorRecord(record[7], known, label, record) : null;
    }

    /// <summary>The value of a raw reading; not finite where the record makes none of it.</summary>
    public double Value(byte raw)
    {
        double x = analogFormat switch
        {
            1 => (raw & 0x80) != 0 ? -(byte)~raw : raw,
            2 => (sbyte)raw,
            _ => raw,
        };
        var y = ((factor * x) + offset) * scale;
        return linearization switch
        {
            0 => y,
            1 => Math.Log(y),
            2 => Math.Log10(y),
            3 => Math.Log2(y),
            4 => Math.Exp(y),
            5 => Math.Pow(10, y),
            6 => Math.Pow(2, y),
            7 => 1 / y,
            8 => y * y,
            9 => y * y * y,
            10 => Math.Sqrt(y),
            11 => Math.Cbrt(y),
            _ => double.NaN,
        };
    }

    /// <summary>The id of the record after this one, from a Get SDR answer (§33.12).</summary>
    public static ushort Next(ReadOnlySpan<byte> answer) => BinaryPrimitives.ReadUInt16LittleEndian(answer);

    private static int Signed(int value, int bits) => value >= 1 << (bits - 1) ? value - (1 << bits) : value;
}
