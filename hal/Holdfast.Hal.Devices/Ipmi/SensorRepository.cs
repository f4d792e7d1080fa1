namespace Holdfast.Hal.Devices.Ipmi;

/// <summary>
/// The walk through a BMC's sensor data records (IPMI 2.0 §33). A record that cannot be read is passed over, and the others are found:
/// where not even its header tells which comes next, the next numbers are tried, for most BMCs count.
/// </summary>
/// <param name="Complete">No record was passed over.</param>
internal readonly record struct SensorRepository(IReadOnlyList<SensorRecord> Records, bool Complete)
{
    private const byte Storage = 0x0A;
    private const byte Reserve = 0x22;
    private const byte GetRecord = 0x23;
    private const byte NoSuchRecord = 0xCB;
    private const ushort LastRecord = 0xFFFF;

    /// <summary>A server has some dozens of sensors; a repository that does not end is broken.</summary>
    private const int RecordsMax = 512;

    /// <summary>Numbers tried one after the other behind a record without a header.</summary>
    private const int GuessesMax = 4;

    /// <summary>A reservation is lost whenever something is added (§33.11), and a BMC may be busy.</summary>
    private const int AttemptsMax = 3;

    /// <summary>What fits into the smallest message that a BMC must take.</summary>
    private const byte PieceLength = 16;

    /// <param name="Bytes">Null: it cannot be read.</param>
    /// <param name="Next">Null: not told.</param>
    private readonly record struct Piecewise(byte[]? Bytes, ushort? Next, IpmiAnswer Last);

    /// <summary>Reads all records of analog sensors; null: the BMC is silent.</summary>
    public static async Task<SensorRepository?> ReadAsync(AskBmc ask, CancellationToken cancellationToken)
    {
        var found = new List<SensorRecord>();
        var seen = new HashSet<ushort>();
        var complete = true;
        var guesses = 0;
        ushort id = 0;
        while (id != LastRecord && seen.Add(id) && seen.Count <= RecordsMax)
        {
            if (await RecordAsync(ask, id, cancellationToken).ConfigureAwait(false) is not { } read)
            {
                return null;
            }

            complete &= read.Bytes is not null;
            if (SensorRecord.Read(read.Bytes) is { } record)
            {
                found.Add(record);
            }

            guesses = read.Next is null ? guesses + 1 : 0;
            id = read.Next ?? (guesses <= GuessesMax ? (ushort)(id + 1) : LastRecord);
        }

        return new SensorRepository(found, complete);
    }

    /// <summary>One record, asked for a few times; null: the BMC is silent.</summary>
    private static async Task<Piecewise?> RecordAsync(AskBmc ask, ushort id, CancellationToken cancellationToken)
    {
        Piecewise read = default;
        for (var attempt = 1; attempt <= AttemptsMax; attempt++)
        {
            var reservation = await ask(Storage, Reserve, ReadOnlyMemory<byte>.Empty, cancellationToken)
                .ConfigureAwait(false);
            if (reservation.Problem.Length > 0)
            {
                return null;
            }

            // A BMC without reservations is asked with number 0.
            var number = reservation.Ok && reservation.Data.Length >= 2 ? reservation.Data : new byte[2];
            read = await PiecesAsync(ask, id, number, cancellationToken).ConfigureAwait(false);
            // Silence was waited for long enough; whether all of the BMC is silent, the next reservation tells.
            if (read.Bytes is not null || read.Last.Problem.Length > 0 || read.Last.Completion == NoSuchRecord)
            {
                break;
            }
        }

        return read;
    }

    private static async Task<Piecewise> PiecesAsync(
        AskBmc ask,
        ushort id,
        byte[] reservation,
        CancellationToken cancellationToken
    )
    {
        var record = new List<byte>();
        var length = SensorRecord.HeaderLength;
        ushort? next = null;
        IpmiAnswer answer = default;
        while (record.Count < length)
        {
            var piece = (byte)Math.Min(PieceLength, length - record.Count);
            byte[] request = [reservation[0], reservation[1], (byte)id, (byte)(id >> 8), (byte)record.Count, piece];
            answer = await ask(Storage, GetRecord, request, cancellationToken).ConfigureAwait(false);
            if (!answer.Ok || answer.Data.Length <= 2)
            {
                return new Piecewise(null, next, answer);
            }

            next = SensorRecord.Next(answer.Data);
            record.AddRange(answer.Data.AsSpan(2));
            length = SensorRecord.HeaderLength + (record.Count >= SensorRecord.HeaderLength ? record[4] : 0);
        }

        return new Piecewise([.. record], next, answer);
    }
}
