namespace Holdfast.Hal.Devices.Ipmi;

/// <summary>
/// The analog sensors of a BMC. The BMC describes them itself: its sensor data records (§33) are read once, at the first read that
/// reaches it; then each is read by Get Sensor Reading (§35.14). A sensor is named after the node and its record:
/// "node-01-cpu-temp".
/// </summary>
/// <param name="prefix">The node's name.</param>
public sealed class IpmiSensors(IpmiBmc bmc, string prefix) : ISensorSource
{
    private const byte Sensor = 0x04;
    private const byte Storage = 0x0A;
    private const byte Reserve = 0x22;
    private const byte GetRecord = 0x23;
    private const byte GetReading = 0x2D;
    private const ushort LastRecord = 0xFFFF;

    /// <summary>A server has some dozens of sensors; a repository that does not end is broken.</summary>
    private const int RecordsMax = 512;

    private const int SensorsMax = 64;

    /// <summary>What fits into the smallest message that a BMC must take.</summary>
    private const byte PieceLength = 16;

    private List<(SensorRecord Record, SensorDescription Description)>? sensors;

    public IReadOnlyList<SensorDescription> Sensors => [.. (sensors ?? []).Select(s => s.Description)];

    public async Task<IReadOnlyList<SensorReading>> ReadAsync(CancellationToken cancellationToken)
    {
        sensors ??= await DiscoverAsync(cancellationToken).ConfigureAwait(false);
        var readings = new List<SensorReading>();
        var silent = false;
        foreach (var (record, description) in sensors ?? [])
        {
            var reading = Reading.Absent(record.Unit);
            if (!silent)
            {
                // Waiting for every sensor of a silent BMC would take minutes, and its node's power waits behind.
                (reading, silent) = await ReadAsync(record, cancellationToken).ConfigureAwait(false);
            }

            readings.Add(new SensorReading(description.Sensor, reading));
        }

        return readings;
    }

    private async Task<(Reading Reading, bool Silent)> ReadAsync(
        SensorRecord record,
        CancellationToken cancellationToken
    )
    {
        const byte ScanningEnabled = 0x40;
        const byte Unavailable = 0x20;
        var answer = await bmc.AskAsync(Sensor, GetReading, new[] { record.Number }, cancellationToken)
            .ConfigureAwait(false);
        if (
            !answer.Ok
            || answer.Data.Length < 2
            || (answer.Data[1] & Unavailable) != 0
            || (answer.Data[1] & ScanningEnabled) == 0
        )
        {
            return (Reading.Absent(record.Unit), answer.Problem.Length > 0);
        }

        var value = record.Value(answer.Data[0]);
        var now = bmc.Clock.Now;
        var reading = double.IsFinite(value)
            ? new Reading(value, record.Unit, now, Quality.Good)
            : Reading.Fault(record.Unit, now);
        return (reading, false);
    }

    /// <summary>Walks the repository; null: the BMC did not let us to the end.</summary>
    private async Task<List<(SensorRecord, SensorDescription)>?> DiscoverAsync(CancellationToken cancellationToken)
    {
        var found = new List<(SensorRecord, SensorDescription)>();
        var names = new HashSet<string>(StringComparer.Ordinal);
        ushort id = 0;
        for (var count = 0; count < RecordsMax && id != LastRecord && found.Count < SensorsMax; count++)
        {
            var (bytes, next) = await RecordAsync(id, cancellationToken).ConfigureAwait(false);
            if (bytes is null)
            {
                return null;
            }

            if (SensorRecord.Read(bytes) is { } record && NameOf(record.Label) is { } name && names.Add(name))
            {
                found.Add((record, new SensorDescription(new SensorId(name), record.Unit, record.Label)));
            }

            id = next;
        }

        return found;
    }

    private async Task<(byte[]? Record, ushort Next)> RecordAsync(ushort id, CancellationToken cancellationToken)
    {
        var reservation = await bmc.AskAsync(Storage, Reserve, ReadOnlyMemory<byte>.Empty, cancellationToken)
            .ConfigureAwait(false);
        if (!reservation.Ok || reservation.Data.Length < 2)
        {
            return (null, LastRecord);
        }

        var record = new List<byte>();
        var length = SensorRecord.HeaderLength;
        var next = LastRecord;
        while (record.Count < length)
        {
            var piece = (byte)Math.Min(PieceLength, length - record.Count);
            byte[] request =
            [
                reservation.Data[0],
                reservation.Data[1],
                (byte)id,
                (byte)(id >> 8),
                (byte)record.Count,
                piece,
            ];
            var answer = await bmc.AskAsync(Storage, GetRecord, request, cancellationToken).ConfigureAwait(false);
            if (!answer.Ok || answer.Data.Length <= 2)
            {
                return (null, LastRecord);
            }

            next = SensorRecord.Next(answer.Data);
            record.AddRange(answer.Data.AsSpan(2));
            length = SensorRecord.HeaderLength + (record.Count >= SensorRecord.HeaderLength ? record[4] : 0);
        }

        return ([.. record], next);
    }

    /// <summary>The label in the form of a name; null: nothing of it is left.</summary>
    private string? NameOf(string label)
    {
        var letters = label.ToLowerInvariant().Select(c => char.IsAsciiLetterOrDigit(c) ? c : '-');
        var name = string.Join(
            '-',
            $"{prefix}-{string.Concat(letters)}".Split('-', StringSplitOptions.RemoveEmptyEntries)
        );
        return Name.IsValid(name) ? name : null;
    }
}
