using Holdfast.Gateway.Outbox;

namespace Holdfast.Gateway.Sparkplug.Edge;

/// <summary>
/// What an edge node could tell nobody, on disk until it was told, through restarts: an outbox of its own, a metric a message, with the topic
/// <c>{device}/{metric}</c>.
///
/// It guarantees: of each device the order stays; what is told now but whose connection turns out to be dead is told again; what cannot be told yet, since
/// its device or metric is not born, waits and holds up nothing else. Beyond the budget it is thinned as any outbox is, and the signed records of that, and
/// of what the disk refused, go to <c>tellGap</c>. A power cut costs what was kept in the last <see cref="WriteAfter"/>. Not thread-safe.
/// </summary>
/// <param name="outbox">With the reader <see cref="Reader"/> alone.</param>
/// <param name="tellGap">Takes a record of a gap over, durably; false: it could not.</param>
public sealed class SparkplugHistory(DurableOutbox outbox, Func<OutboxMessage, bool> tellGap)
{
    public const string Reader = "sparkplug";

    /// <summary>So the disk is flushed less often.</summary>
    public static readonly TimeSpan WriteAfter = TimeSpan.FromSeconds(2);

    /// <summary>A step: so what waits for a dead device costs little.</summary>
    private const int LookedAtMax = 4096;

    private readonly List<Draft> unwritten = [];
    private readonly Queue<(MonotonicTime At, long Sequence)> told = new();
    private readonly HashSet<long> onTheWay = [];
    private readonly Queue<OutboxMessage> batch = new();
    private readonly UntakenHistory untaken = new(outbox);
    private MonotonicTime writtenAt = MonotonicTime.Never;
    private ReadPosition place;
    private long next = 1;
    private int births = -1;

    /// <summary>72 hours of a rack whose 200 readings all change every 20 seconds; the smallest board has 8 GB.</summary>
    public static OutboxLimits Limits { get; } =
        new()
        {
            BudgetBytes = 256 * 1024 * 1024,
            ReserveBytes = 4 * 1024 * 1024,
            // Nobody follows it live.
            RecentMessages = 0,
        };

    /// <summary>How many wait to be told.</summary>
    public long Waiting => unwritten.Count + outbox.Waiting(Reader);

    public void Keep(IReadOnlyList<Draft> history, DateTimeOffset wallTime, MonotonicTime now)
    {
        unwritten.AddRange(history);
        if (now - writtenAt >= WriteAfter)
        {
            Write(wallTime, now);
        }
    }

    /// <summary>The oldest that can be told and were not yet in this session, in order.</summary>
    /// <param name="session">Changes whenever more can be told than before.</param>
    /// <param name="canTell">Whether a device's metric is born.</param>
    public IReadOnlyList<OutboxMessage> Next(
        int max,
        int session,
        Func<string, bool> canTell,
        DateTimeOffset wallTime,
        MonotonicTime now
    )
    {
        // Also tells what the disk turned out to have lost.
        Write(wallTime, now);
        if (session != births)
        {
            births = session;
            batch.Clear();
            next = outbox.LowestUnacknowledged(Reader);
        }

        var found = new List<OutboxMessage>();
        for (var looked = 0; found.Count < max && looked < LookedAtMax && Following() is { } one; looked++)
        {
            if (one.Class != MessageClass.Gap)
            {
                found.AddRange(canTell(one.Message.Topic) ? [one] : []);
            }
            else if (tellGap(one))
            {
                outbox.Acknowledge(Reader, one.Sequence);
            }
        }

        // Nothing is kept, and so nothing thinned, before these are told or given up.
        outbox.Release(Reader);
        return found;
    }

    /// <summary>They went out, on a connection that may be dead already: nobody answers to QoS 0, which Sparkplug demands.</summary>
    public void Told(IReadOnlyList<OutboxMessage> messages, MonotonicTime now)
    {
        foreach (var one in messages)
        {
            onTheWay.Add(one.Sequence);
            told.Enqueue((now, one.Sequence));
        }
    }

    /// <summary>The connection is alive: what went out so long ago has arrived.</summary>
    /// <param name="deadWithin">After which a dead connection is known to be dead.</param>
    public void Settle(TimeSpan deadWithin, MonotonicTime now)
    {
        while (told.TryPeek(out var oldest) && now - oldest.At >= deadWithin)
        {
            told.Dequeue();
            onTheWay.Remove(oldest.Sequence);
            outbox.Acknowledge(Reader, oldest.Sequence);
        }

        outbox.Tick(now);
    }

    /// <summary>The connection is gone: what is not known to have arrived is told again.</summary>
    public void Disconnect()
    {
        told.Clear();
        onTheWay.Clear();
        batch.Clear();
        births = -1;
    }

    /// <summary>For an end in order.</summary>
    public void Close(DateTimeOffset wallTime, MonotonicTime now)
    {
        Disconnect();
        Write(wallTime, now);
        outbox.Settle();
    }

    private void Write(DateTimeOffset wallTime, MonotonicTime now)
    {
        var result = outbox.Write(unwritten, wallTime);
        untaken.Note(unwritten[result.Taken..], result.Problem, wallTime);
        unwritten.Clear();
        writtenAt = now;
    }

    /// <summary>The next that is neither with the hosts nor on its way there; null: there is none.</summary>
    private OutboxMessage? Following()
    {
        while (batch.Count > 0 || TryRead())
        {
            while (batch.TryDequeue(out var one))
            {
                if (!onTheWay.Contains(one.Sequence) && !outbox.IsAcknowledged(Reader, one.Sequence))
                {
                    return one;
                }
            }
        }

        return null;
    }

    private bool TryRead()
    {
        if (outbox.ReadFrom(Reader, next, ref place, out var end) is not { } read)
        {
            return false;
        }

        foreach (var one in read)
        {
            // Between two messages there is nothing.
            outbox.PassOver(Reader, next, one.Sequence - 1);
            next = one.Sequence + 1;
            batch.Enqueue(one);
        }

        outbox.PassOver(Reader, next, end - 1);
        next = end;
        return true;
    }
}
