using System.Globalization;
using System.Text;
using System.Text.Json;

namespace Holdfast.Gateway.Outbox;

/// <summary>
/// The rack's events on disk: what people read back, and what waits for the broker. The number of an event is the number of its record.
/// The delivery cursor lies beside them and bears witness of numbers that the log has lost: none that was given to the broker is given again.
/// Thread-safe.
/// </summary>
public sealed class EventStore
{
    /// <summary>Answers from memory for what is asked most: the newest.</summary>
    private const int RecentMax = 1000;

    private const string CursorName = "delivered";

    private readonly Lock gate = new();
    private readonly RecordLog log;
    private readonly DurableDocument cursor;
    private readonly List<string> damage;
    private readonly Queue<RackEvent> recent = new();
    private readonly List<RackEvent> pending = [];

    /// <exception cref="IOException">The folder cannot be read or written.</exception>
    public EventStore(IDurableFolder folder, RecordLogLimits? limits = null)
    {
        log = new RecordLog(folder, limits);
        cursor = new DurableDocument(folder, CursorName);
        damage = [.. log.Damage];
        Delivered = ReadCursor();
        if (Delivered > log.LastSequence)
        {
            PassOverLost();
        }

        foreach (var happened in ReadLog(log.LastSequence - RecentMax, RecentMax))
        {
            Remember(happened);
        }
    }

    /// <summary>In words what was found damaged at start.</summary>
    public IReadOnlyList<string> Damage => damage;

    /// <summary>Everything up to here was at the broker when it was last written down.</summary>
    public long Delivered { get; private set; }

    /// <summary>The newest event on disk; 0 before the first.</summary>
    public long LastSequence
    {
        get
        {
            lock (gate)
            {
                return log.LastSequence;
            }
        }
    }

    /// <summary>Events that were handed over and are not on disk yet.</summary>
    public int PendingCount
    {
        get
        {
            lock (gate)
            {
                return pending.Count;
            }
        }
    }

    /// <summary>Takes events over; they are on disk once <see cref="Commit"/> returns.</summary>
    public void Append(IReadOnlyList<RackEvent> events)
    {
        lock (gate)
        {
            foreach (var happened in events)
            {
                var sequence = log.Append(JsonSerializer.SerializeToUtf8Bytes(happened, EventJson.Default.RackEvent));
                Invariant.Require(sequence == happened.Sequence, "events are numbered without gaps");
                pending.Add(happened);
            }
        }
    }

    /// <summary>Returns once everything appended is on disk.</summary>
    /// <exception cref="IOException">It is not; it is kept, and the next commit tries again.</exception>
    public void Commit()
    {
        lock (gate)
        {
            log.Commit();
            pending.ForEach(Remember);
            pending.Clear();
        }
    }

    /// <summary>Events on disk above a sequence, oldest first.</summary>
    public IReadOnlyList<RackEvent> Read(long after, int limit)
    {
        lock (gate)
        {
            return recent.TryPeek(out var oldest) && after + 1 >= oldest.Sequence
                ? [.. recent.Where(e => e.Sequence > after).Take(limit)]
                : ReadLog(after, limit);
        }
    }

    /// <summary>Writes down up to where the broker has everything.</summary>
    /// <exception cref="IOException">It is not written; the disk holds the cursor that it held.</exception>
    public void SaveDelivered(long sequence)
    {
        lock (gate)
        {
            cursor.Write(Encoding.ASCII.GetBytes(sequence.ToString(CultureInfo.InvariantCulture)));
            Delivered = sequence;
        }
    }

    /// <summary>Drops the oldest events beyond the budget, those that were delivered first.</summary>
    /// <param name="deliveredUpTo">Everything up to here is at the broker.</param>
    /// <returns>The undelivered events dropped, or null.</returns>
    public (long First, long Last)? Trim(long deliveredUpTo)
    {
        lock (gate)
        {
            return log.Trim(deliveredUpTo + 1) is { } dropped && dropped.Last > deliveredUpTo
                ? (Math.Max(dropped.First, deliveredUpTo + 1), dropped.Last)
                : null;
        }
    }

    /// <summary>0 where there is none that makes sense: then all is delivered again.</summary>
    private long ReadCursor() =>
        cursor.Read(out _) is { } content
        && long.TryParse(content, NumberStyles.None, CultureInfo.InvariantCulture, out var sequence)
        && sequence < long.MaxValue - EventSender.UnwrittenMax
            ? sequence
            : 0;

    /// <summary>The broker has had more than the log holds: the log was damaged, and its numbering goes on behind what the broker may have.</summary>
    private void PassOverLost()
    {
        damage.Add($"events {log.LastSequence + 1} to {Delivered} were delivered, but are lost here");
        log.SkipTo(Delivered + EventSender.UnwrittenMax + 1);
        Delivered = log.LastSequence;
    }

    private List<RackEvent> ReadLog(long after, int limit) =>
        [
            .. log.Read(after + 1, limit)
                .Select(record => JsonSerializer.Deserialize(record.Payload.Span, EventJson.Default.RackEvent))
                .OfType<RackEvent>(),
        ];

    private void Remember(RackEvent happened)
    {
        recent.Enqueue(happened);
        if (recent.Count > RecentMax)
        {
            recent.Dequeue();
        }
    }
}
