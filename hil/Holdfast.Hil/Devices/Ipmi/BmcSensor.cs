using System.Text;

namespace Holdfast.Hil.Devices.Ipmi;

/// <summary>
/// One sensor of a BMC: its value as a byte, and the full sensor record (IPMI 2.0 §43.1) that tells how to read the byte. All are linear
/// with a factor only: value = M · raw.
/// </summary>
internal sealed class BmcSensor
{
    private const byte FullRecord = 0x01;
    private const byte SdrVersion = 0x51;

    // Types (table 42-3), units (table 43-15) and entities (table 43-13).
    private const byte Temperature = 0x01;
    private const byte Fan = 0x04;
    private const byte OtherUnits = 0x0B;
    private const byte DegreesCelsius = 0x01;
    private const byte Watt = 0x06;
    private const byte RevolutionsPerMinute = 0x12;
    private const byte Processor = 0x03;
    private const byte PowerUnit = 0x15;
    private const byte CoolingDevice = 0x1D;
    private const byte AirInlet = 0x37;

    private readonly string name;
    private readonly byte number;
    private readonly byte type;
    private readonly byte unit;
    private readonly byte entity;
    private readonly int factor;
    private readonly bool signed;
    private readonly Func<double?> read;

    private BmcSensor(
        byte number,
        string name,
        (byte Type, byte Unit, byte Entity) kind,
        int factor,
        bool signed,
        byte[] thresholds,
        Func<double?> read
    )
    {
        (this.number, this.name, this.factor, this.signed, this.read) = (number, name, factor, signed, read);
        (type, unit, entity) = kind;
        Thresholds = thresholds;
        ThresholdMask = Mask(thresholds);
    }

    /// <summary>Lower non-critical, critical, non-recoverable, then upper; 0: not there.</summary>
    public byte[] Thresholds { get; }

    /// <summary>Which of them are there, in the same order from bit 0.</summary>
    public byte ThresholdMask { get; }

    /// <summary>The sensors of a node. What a switched-off board does not feed has no value.</summary>
    public static BmcSensor[] Of(INodeHardware node)
    {
        // One byte must hold the largest draw, inrush included, in steps of whole watts.
        var wattStep = Math.Max(1, (int)Math.Ceiling(node.PowerMax.Value * 1.5 / byte.MaxValue));
        return
        [
            new(
                1,
                "Inlet Temp",
                (Temperature, DegreesCelsius, AirInlet),
                1,
                true,
                Upper(40, 45, 50),
                () => node.InletTemperature.Value
            ),
            new(
                2,
                "CPU Temp",
                (Temperature, DegreesCelsius, Processor),
                1,
                true,
                Upper(85, 95, 105),
                () => node.Powered ? node.ProcessorTemperature.Value : null
            ),
            new(3, "Power", (OtherUnits, Watt, PowerUnit), wattStep, false, new byte[6], () => node.Draw.Value),
            new(
                4,
                "Fan",
                (Fan, RevolutionsPerMinute, CoolingDevice),
                50,
                false,
                [20, 10, 0, 0, 0, 0],
                () => node.Powered ? node.FanSpeed.Value : null
            ),
        ];
    }

    /// <summary>The value now; null: there is none.</summary>
    public byte? Raw() =>
        read() is not { } value ? null
        : signed ? (byte)(sbyte)Math.Clamp(Math.Round(value / factor), sbyte.MinValue, sbyte.MaxValue)
        : (byte)Math.Clamp(Math.Round(value / factor), byte.MinValue, byte.MaxValue);

    /// <summary>The thresholds that the value has passed, as bits in their order.</summary>
    public byte Crossed(byte raw)
    {
        byte bits = 0;
        for (var i = 0; i < Thresholds.Length; i++)
        {
            var passed = i < 3 ? Value(raw) <= Value(Thresholds[i]) : Value(raw) >= Value(Thresholds[i]);
            if (passed && (ThresholdMask & (1 << i)) != 0)
            {
                bits |= (byte)(1 << i);
            }
        }

        return bits;
    }

    public byte[] Record(ushort id)
    {
        var text = Encoding.ASCII.GetBytes(name);
        byte[] body =
        [
            // Owner (this BMC), its LUN, number; entity and its instance; initialised, threshold sensor that rearms itself.
            0x20,
            0x00,
            number,
            entity,
            0x01,
            0x7F,
            0x68,
            type,
            0x01,
            // No events; which thresholds are readable.
            0x00,
            0x00,
            0x00,
            0x00,
            ThresholdMask,
            0x00,
            // Units: number format, base unit, no modifier. Linear.
            signed ? (byte)0x80 : (byte)0x00,
            unit,
            0x00,
            0x00,
            // M and tolerance, B and accuracy, no exponents.
            (byte)factor,
            (byte)(factor >> 8 << 6),
            0x00,
            0x00,
            0x00,
            0x00,
            // No nominal values; the range of the byte.
            0x00,
            0x00,
            0x00,
            0x00,
            signed ? (byte)0x7F : (byte)0xFF,
            signed ? (byte)0x80 : (byte)0x00,
            // Upper thresholds first, most severe first; no hysteresis; reserved; OEM.
            Thresholds[5],
            Thresholds[4],
            Thresholds[3],
            Thresholds[2],
            Thresholds[1],
            Thresholds[0],
            0x00,
            0x00,
            0x00,
            0x00,
            0x00,
            // Name in 8-bit ASCII.
            (byte)(0xC0 | text.Length),
            .. text,
        ];
        return [(byte)id, (byte)(id >> 8), SdrVersion, FullRecord, (byte)body.Length, .. body];
    }

    private static byte[] Upper(byte nonCritical, byte critical, byte nonRecoverable) =>
        [0, 0, 0, nonCritical, critical, nonRecoverable];

    private static byte Mask(byte[] thresholds) =>
        (byte)thresholds.Select((value, bit) => value == 0 ? 0 : 1 << bit).Sum();

    private int Value(byte raw) => signed ? (sbyte)raw : raw;
}
