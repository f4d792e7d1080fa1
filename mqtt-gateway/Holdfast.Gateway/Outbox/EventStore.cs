using System.Text.Json;

namespace Holdfast.Gateway.Outbox;

/// <summary>
/// The rack's events on disk: what people read back. The number of an event is the number of its record. Whoever takes the events further bears
/// witness of numbers that the log has lost: none that was given away is given again. Thread-safe.
/// </summary>
public sealed class EventStore
{
    /// <summary>Answers from memory for what is asked most: the newest.</summary>
    private const int RecentMax = 1000;

    private readonly Lock gate = new();
    private readonly RecordLog log;
    private readonly List<string> damage;
    private readonly Queue<RackEvent> recent = new();
    private readonly List<RackEvent> pending = [];

    /// <param name="witnessed">The highest number that was seen elsewhere (<see cref="DurableOutbox.Source"/>); 0: none.</param>
    /// <exception cref="IOException">The folder cannot be read or written.</exception>
    public EventStore(IDurableFolder folder, RecordLogLimits? limits = null, long witnessed = 0)
    {
        log = new RecordLog(folder, limits);
        damage = [.. log.Damage];
        if (witnessed > log.LastSequence)
        {
            damage.Add($"events {log.LastSequence + 1} to {witnessed} were handed over, but are lost here");
            log.SkipTo(witnessed + 1);
        }

        foreach (var happened in ReadLog(log.LastSequence - RecentMax, RecentMax))
        {
            Remember(happened);
        }
    }

    /// <summary>In words what was found damaged at start.</summary>
    public IReadOnlyList<string> Damage => damage;

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

    /// <summary>Drops the oldest events beyond the budget, those that were handed over first.</summary>
    /// <param name="handedOver">Everything up to here is in the outbox.</param>
    public void Trim(long handedOver)
    {
        lock (gate)
        {
            log.Trim(handedOver + 1);
        }
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
