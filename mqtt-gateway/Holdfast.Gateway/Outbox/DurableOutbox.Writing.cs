using Holdfast.Mqtt;

namespace Holdfast.Gateway.Outbox;

/// <summary>What became of a write.</summary>
/// <param name="First">The first sequence given; as many follow as messages were taken.</param>
/// <param name="Taken">Messages that are on disk now.</param>
/// <param name="OnlyUrgent">Alarms and audit were taken; states and metrics were not.</param>
/// <param name="Problem">In words why not all were; empty: they were.</param>
public readonly record struct WriteResult(long First, int Taken, bool OnlyUrgent, string Problem)
{
    public bool IsComplete => Problem.Length == 0;
}

/// <summary>Into the outbox.</summary>
public sealed partial class DurableOutbox
{
    private readonly RecentMessages recent = new();
    private bool isProblemOfAlarms;

    /// <summary>Raised, on the writer's thread, when there is something new to read.</summary>
    public event Action? Written;

    /// <summary>Whether a message can be kept at all.</summary>
    public bool Fits(MqttMessage message) => MessageCodec.SizeMax(message) <= limits.MessageBytes;

    /// <summary>Takes messages over: with one write and one flush for all of them. Returns when they are on disk, or why they are not.</summary>
    /// <param name="drafts">Each within the limit (<see cref="Fits"/>).</param>
    /// <param name="now">The wall clock, for records of gaps.</param>
    /// <param name="handedOver">The producer's own number up to which everything is handed over with this; 0: it has none.</param>
    public WriteResult Write(IReadOnlyList<Draft> drafts, DateTimeOffset now, long handedOver = 0)
    {
        WriteResult result;
        lock (gate)
        {
            Invariant.Require(
                drafts.All(one => Fits(one.Message)),
                "whoever hands a message over has asked whether it fits"
            );
            var (lost, told) = Tell(now);
            var isUrgent = drafts.All(one => one.IsUrgent);
            result = Store([.. told, .. drafts], Math.Max(source, handedOver), now);
            Note(result, isUrgent);
            if (result.Taken >= told.Count)
            {
                Forget(lost);
            }

            var mine = Math.Max(0, result.Taken - told.Count);
            result = result with { First = result.First + told.Count, Taken = mine };
        }

        Written?.Invoke();
        return result;
    }

    /// <summary>That an alarm found room says nothing of the rest; it would end and come back with each.</summary>
    private void Note(in WriteResult result, bool isUrgent)
    {
        if (!result.IsComplete)
        {
            (Problem, isProblemOfAlarms) = (result.Problem, isUrgent);
        }
        else if (!isUrgent || isProblemOfAlarms)
        {
            Problem = null;
        }
    }

    private WriteResult Store(List<Draft> drafts, long handedOver, DateTimeOffset now)
    {
        var onlyUrgent = false;
        while (true)
        {
            if (drafts.Count == 0)
            {
                return onlyUrgent ? new WriteResult(next, 0, true, Full()) : new WriteResult(next, 0, false, "");
            }

            var isUrgent = drafts.TrueForAll(one => one.IsUrgent);
            var messages = drafts
                .Select((one, i) => new OutboxMessage(next + i, one.Class, one.Time, one.Message))
                .ToList();
            var frames = Frames(messages, onlyUrgent ? source : handedOver);
            var length = frames.Sum(frame => frame.Length);
            if (MakeRoom(length, isUrgent, now))
            {
                var problem = TryAppend(frames, next + messages.Count, drafts.Exists(one => one.IsUrgent));
                if (problem.Length == 0)
                {
                    source = onlyUrgent ? source : handedOver;
                    Remember(messages);
                    return new WriteResult(messages[0].Sequence, messages.Count, onlyUrgent, onlyUrgent ? Full() : "");
                }

                return new WriteResult(next, 0, false, problem);
            }

            if (onlyUrgent || isUrgent)
            {
                return new WriteResult(next, 0, false, Full());
            }

            onlyUrgent = true;
            drafts.RemoveAll(one => !one.IsUrgent);
        }
    }

    private string Full() => $"the outbox is full: its budget is {limits.BudgetBytes / 1_000_000} MB";

    private List<byte[]> Frames(List<OutboxMessage> messages, long handedOver)
    {
        var frames = new List<byte[]>();
        for (var at = 0; at < messages.Count; )
        {
            var (from, bytes) = (at, 0);
            while (at < messages.Count && at - from < limits.BatchMessages && (at == from || bytes < limits.BatchBytes))
            {
                bytes += MessageCodec.SizeMax(messages[at++].Message);
            }

            var end = messages[at - 1].Sequence + 1;
            // Only the last may say that all is handed over: a crash may take it and leave the others.
            var said = at == messages.Count ? handedOver : source;
            frames.Add(Batch.Pack(messages[from..at], messages[from].Sequence, end, said, limits.Quality));
        }

        return frames;
    }

    private void Remember(List<OutboxMessage> messages)
    {
        foreach (var one in messages)
        {
            recent.Add(one, limits.RecentMessages);
        }
    }
}
