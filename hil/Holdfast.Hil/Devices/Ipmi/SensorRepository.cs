using System.Buffers.Binary;

namespace Holdfast.Hil.Devices.Ipmi;

/// <summary>The sensors of a node and the repository of their records (IPMI 2.0 §33, §35).</summary>
internal sealed class SensorRepository
{
    private const ushort LastRecord = 0xFFFF;
    private const byte WholeRecord = 0xFF;
    private const int ChunkMax = 64;

    // Answers to Get Sensor Reading: scanning on, and whether there is a value.
    private const byte ScanningEnabled = 0xC0;
    private const byte ReadingUnavailable = 0x20;

    private readonly BmcSensor[] sensors;
    private readonly byte[][] records;
    private ushort reservation;

    public SensorRepository(INodeHardware node)
    {
        sensors = BmcSensor.Of(node);
        records = [.. sensors.Select((sensor, index) => sensor.Record((ushort)(index + 1)))];
    }

    /// <summary>Get SDR Repository Info, §33.9: version 51h, no free space, reservations known, times unspecified.</summary>
    public byte[] Info() => [Completion.Ok, 0x51, (byte)records.Length, 0x00, 0x00, 0x00, .. Never(), .. Never(), 0x02];

    /// <summary>Reserve SDR Repository, §33.11.</summary>
    public byte[] Reserve()
    {
        reservation = reservation == ushort.MaxValue ? (ushort)1 : (ushort)(reservation + 1);
        return [Completion.Ok, (byte)reservation, (byte)(reservation >> 8)];
    }

    /// <summary>Get SDR, §33.12: a piece of a record, and the number of the next one.</summary>
    public byte[] Record(ReadOnlySpan<byte> data)
    {
        if (data.Length != 6)
        {
            return [Completion.WrongLength];
        }

        var reserved = BinaryPrimitives.ReadUInt16LittleEndian(data);
        var id = BinaryPrimitives.ReadUInt16LittleEndian(data[2..]);
        var (offset, wanted) = (data[4], data[5]);
        if (offset != 0 && reserved != reservation)
        {
            return [Completion.ReservationLost];
        }

        // Record 0 is the first, FFFFh the last.
        var index = id switch
        {
            0 => 0,
            LastRecord => records.Length - 1,
            _ => id - 1,
        };
        if (index >= records.Length || offset > records[index].Length)
        {
            return [Completion.NoSuchSensorOrRecord];
        }

        if (wanted is > ChunkMax and not WholeRecord)
        {
            return [Completion.CannotReturnSoMuch];
        }

        var piece = records[index].AsSpan(offset);
        var next = index + 1 < records.Length ? (ushort)(index + 2) : LastRecord;
        return [Completion.Ok, (byte)next, (byte)(next >> 8), .. piece[..Math.Min(piece.Length, wanted)]];
    }

    /// <summary>Get Sensor Reading, §35.14.</summary>
    public byte[] Reading(ReadOnlySpan<byte> data)
    {
        if (data.Length != 1)
        {
            return [Completion.WrongLength];
        }

        if (Find(data[0]) is not { } sensor)
        {
            return [Completion.NoSuchSensorOrRecord];
        }

        return sensor.Raw() is { } raw
            ? [Completion.Ok, raw, ScanningEnabled, (byte)(0xC0 | sensor.Crossed(raw))]
            : [Completion.Ok, 0, ScanningEnabled | ReadingUnavailable, 0xC0];
    }

    /// <summary>Get Sensor Thresholds, §35.9.</summary>
    public byte[] Thresholds(ReadOnlySpan<byte> data) =>
        data.Length != 1 ? [Completion.WrongLength]
        : Find(data[0]) is { } sensor ? [Completion.Ok, sensor.ThresholdMask, .. sensor.Thresholds]
        : [Completion.NoSuchSensorOrRecord];

    private BmcSensor? Find(byte number) => number >= 1 && number <= sensors.Length ? sensors[number - 1] : null;

    private static byte[] Never() => [0xFF, 0xFF, 0xFF, 0xFF];
}
