namespace Holdfast.Hal.Devices.Ipmi;

/// <summary>
/// The analog sensors of a BMC. The BMC describes them itself: its sensor data records (§33) are read at the first read that reaches it,
/// and again when it, its firmware or the records have changed, and every hour, since not every BMC tells; each sensor is read by Get Sensor
/// Reading (§35.14). A sensor is named after the node and its record: "node-01-cpu-temp".
/// </summary>
public sealed class IpmiSensors : ISensorSource
{
    private const byte Sensor = 0x04;
    private const byte GetReading = 0x2D;

    private const int SensorsMax = 64;

    /// <summary>Three questions; a change of sensors is a technician's work, who waits so long.</summary>
    private static readonly TimeSpan LookEvery = TimeSpan.FromMinutes(1);

    private static readonly TimeSpan RereadAfter = TimeSpan.FromHours(1);

    /// <summary>For records that could not be read; a walk is some hundred questions.</summary>
    private static readonly TimeSpan RetryAfter = TimeSpan.FromMinutes(10);

    private readonly AskBmc ask;
    private readonly TimeProvider clock;
    private readonly string prefix;
    private List<(SensorRecord Record, SensorDescription Description)>? sensors;
    private RepositoryState known;
    private MonotonicTime lookedAt = MonotonicTime.Never;
    private MonotonicTime rereadAt = MonotonicTime.Never;

    /// <param name="prefix">The node's name.</param>
    public IpmiSensors(IpmiBmc bmc, string prefix)
        : this(bmc.AskAsync, bmc.Clock, prefix) { }

    internal IpmiSensors(AskBmc ask, TimeProvider clock, string prefix) =>
        (this.ask, this.clock, this.prefix) = (ask, clock, prefix);

    public IReadOnlyList<SensorDescription> Sensors => [.. (sensors ?? []).Select(s => s.Description)];

    public async Task<IReadOnlyList<SensorReading>> ReadAsync(CancellationToken cancellationToken)
    {
        var silent = !await DiscoverAsync(cancellationToken).ConfigureAwait(false);
        var readings = new List<SensorReading>();
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
        var answer = await ask(Sensor, GetReading, new[] { record.Number }, cancellationToken).ConfigureAwait(false);
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
        var now = clock.Now;
        var reading = double.IsFinite(value)
            ? new Reading(value, record.Unit, now, Quality.Good)
            : Reading.Fault(record.Unit, now);
        return (reading, false);
    }

    /// <summary>Reads the records where that is due; false: the BMC is silent, and what was known of it stays.</summary>
    private async Task<bool> DiscoverAsync(CancellationToken cancellationToken)
    {
        var now = clock.Now;
        if (sensors is not null && now - lookedAt < LookEvery)
        {
            return true;
        }

        // The state from before the walk: what changes meanwhile is seen at the next look.
        if (await RepositoryState.ReadAsync(ask, cancellationToken).ConfigureAwait(false) is not { } state)
        {
            return false;
        }

        if (sensors is null || now >= rereadAt || state.DiffersFrom(known))
        {
            if (await SensorRepository.ReadAsync(ask, cancellationToken).ConfigureAwait(false) is not { } repository)
            {
                return false;
            }

            sensors = Named(repository.Records);
            known = state;
            rereadAt = now + (repository.Complete ? RereadAfter : RetryAfter);
        }

        lookedAt = now;
        return true;
    }

    private List<(SensorRecord, SensorDescription)> Named(IEnumerable<SensorRecord> records)
    {
        var found = new List<(SensorRecord, SensorDescription)>();
        var names = new HashSet<string>(StringComparer.Ordinal);
        foreach (var record in records)
        {
            if (found.Count < SensorsMax && NameOf(record.Label) is { } name && names.Add(name))
            {
                found.Add((record, new SensorDescription(new SensorId(name), record.Unit, record.Label)));
            }
        }

        return found;
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
