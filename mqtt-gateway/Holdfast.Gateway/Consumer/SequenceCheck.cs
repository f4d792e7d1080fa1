using System.Security.Cryptography;
using Holdfast.Gateway.Outbox;
using Holdfast.Mqtt;

namespace Holdfast.Gateway.Consumer;

/// <summary>What the check says of a message.</summary>
public enum Verdict
{
    /// <summary>Not seen before: use it.</summary>
    New,

    /// <summary>Seen before: drop it.</summary>
    Duplicate,

    /// <summary>It has no identity, so nothing can be said: it came from no outbox, or over MQTT 3.1.1 without an envelope.</summary>
    Unknown,

    /// <summary>A record of a gap, signed by a key that is trusted.</summary>
    GapRecord,

    /// <summary>A record of a gap that nobody trusted has signed: believe nothing of it.</summary>
    Forged,
}

/// <summary>
/// Makes at least once into exactly once, on the consumer's side. Pure; for one reader of one broker.
///
/// Each message has a stream and a number in it (<see cref="MessageIdentity"/>). Live messages overtake the backlog, so numbers come in two ascending
/// lanes; what has been seen is therefore kept as ranges. A number that has not come yet is missing; one below the sender's own low mark is
/// <c>lost</c> unless a signed record tells of it.
/// Bounded: streams, and ranges of each. Beyond the ranges the oldest hole is given up, told in <see cref="StreamState.GivenUp"/>: what
/// would still come for it would be taken for a duplicate.
/// </summary>
public sealed class SequenceCheck(IReadOnlyList<ECDsa> trusted)
{
    public const int StreamsMax = 10_000;
    public const int RangesMax = 65_536;

    private readonly Dictionary<string, StreamState> streams = new(StringComparer.Ordinal);

    public IReadOnlyDictionary<string, StreamState> Streams => streams;

    /// <param name="message">As received.</param>
    public Verdict Take(MqttMessage message)
    {
        var properties = message.UserProperties;
        if (MessageIdentity.Of(message) is not { } identity)
        {
            return Verdict.Unknown;
        }

        if (StateOf(identity.Stream) is not { } state)
        {
            return Verdict.Unknown;
        }

        var isRecord = properties.Any(p => p is { Key: MessageIdentity.ClassProperty, Value: "gap" });
        var record = isRecord ? GapRecord.FromJson(message.Payload.Span) : null;
        if (isRecord && (record is null || !trusted.Any(record.IsSignedBy)))
        {
            return Verdict.Forged;
        }

        foreach (var (name, value) in properties)
        {
            if (name == MessageIdentity.LowProperty && long.TryParse(value, out var low))
            {
                state.RaiseLow(low);
            }
        }

        var isNew = state.See(identity.Sequence);
        if (record is not null)
        {
            StateOf(record.Stream)?.Explain(record);
        }

        return (isNew, record) switch
        {
            (_, not null) => isNew ? Verdict.GapRecord : Verdict.Duplicate,
            (true, _) => Verdict.New,
            _ => Verdict.Duplicate,
        };
    }

    private StreamState? StateOf(string stream)
    {
        if (!streams.TryGetValue(stream, out var state) && streams.Count < StreamsMax)
        {
            streams[stream] = state = new StreamState();
        }

        return state;
    }
}

/// <summary>What a consumer has of a stream.</summary>
public sealed class StreamState
{
    private const int RecordsMax = 10_000;

    private readonly SequenceRanges seen = new();
    private readonly Dictionary<string, GapRecord> records = new(StringComparer.Ordinal);
    private long from = long.MaxValue;

    /// <summary>The highest number seen.</summary>
    public long Highest => seen.All is [.., var range] ? range.Last : 0;

    /// <summary>Different messages seen.</summary>
    public long Count => seen.Count - GivenUp;

    public long Duplicates { get; private set; }

    /// <summary>Below it the sender has nothing left to send.</summary>
    public long Low { get; private set; }

    /// <summary>Numbers never seen whose holes were given up, for the bound.</summary>
    public long GivenUp { get; private set; }

    public IReadOnlyCollection<GapRecord> Records => records.Values;

    /// <summary>Numbers that have not come, up to before a number: yet to come, told of, or lost.</summary>
    public IEnumerable<(long First, long Last)> MissingBelow(long sequence) =>
        from == long.MaxValue ? [] : seen.Missing(from, sequence - 1);

    /// <summary>
    /// Messages that have not come, that the sender has nothing more to say of, and that no record tells of. Of overlapping records the counts add.
    /// </summary>
    public long Lost
    {
        get
        {
            var holes = MissingBelow(Low).ToList();
            var told = new SequenceRanges();
            foreach (var record in records.Values)
            {
                told.Add(record.First, record.Last);
            }

            var untold = holes.Sum(hole => hole.Last - hole.First + 1 - told.CountIn(hole.First, hole.Last));
            foreach (var (first, last) in told.All)
            {
                var missing = last - first + 1 - seen.CountIn(first, last);
                var allowed = records.Values.Where(r => r.First >= first && r.Last <= last).Sum(r => r.Count);
                untold += last < Low ? Math.Max(0, missing - allowed) : 0;
            }

            return untold;
        }
    }

    internal bool See(long sequence)
    {
        from = Math.Min(from, sequence);
        if (!seen.Add(sequence))
        {
            Duplicates++;
            return false;
        }

        if (seen.JoinOldest(SequenceCheck.RangesMax) is { } hole)
        {
            GivenUp += hole.Last - hole.First + 1;
        }

        return true;
    }

    internal void RaiseLow(long low) => Low = Math.Max(Low, low);

    /// <summary>The later of two with the same id counts more.</summary>
    internal void Explain(GapRecord record)
    {
        if (records.TryGetValue(record.Id, out var known) ? known.Count < record.Count : records.Count < RecordsMax)
        {
            records[record.Id] = record;
        }
    }
}
