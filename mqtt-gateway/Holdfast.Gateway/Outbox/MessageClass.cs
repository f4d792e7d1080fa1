using Holdfast.Mqtt;

namespace Holdfast.Gateway.Outbox;

/// <summary>What may become of a message when the disk's budget is near.</summary>
public enum MessageClass : byte
{
    /// <summary>Somebody may have to act. Never dropped; has room of its own.</summary>
    Alarm,

    /// <summary>Who asked what, and what was observed. Never dropped; has room of its own.</summary>
    Audit,

    /// <summary>What something is now. The last value of a topic is kept.</summary>
    State,

    /// <summary>A sample of many. Thinned.</summary>
    Metric,

    /// <summary>Tells of messages that were dropped, lost or set aside (<see cref="GapRecord"/>). Never dropped.</summary>
    Gap,
}

/// <summary>A message that is to be kept until it is delivered.</summary>
/// <param name="Time">The wall clock's; it informs and orders nothing.</param>
public readonly record struct Draft(MessageClass Class, DateTimeOffset Time, MqttMessage Message)
{
    /// <summary>Never dropped, and taken even when there is no room for others.</summary>
    public bool IsUrgent => Class is MessageClass.Alarm or MessageClass.Audit or MessageClass.Gap;
}

/// <summary>A message in the outbox.</summary>
/// <param name="Sequence">Its number in the outbox's stream: ascending, never given twice.</param>
public sealed record OutboxMessage(long Sequence, MessageClass Class, DateTimeOffset Time, MqttMessage Message);

/// <summary>How many messages of each class.</summary>
public readonly record struct ClassCounts(long Alarm, long Audit, long State, long Metric, long Gap)
{
    public long Total => Alarm + Audit + State + Metric + Gap;

    public long this[MessageClass of] =>
        of switch
        {
            MessageClass.Alarm => Alarm,
            MessageClass.Audit => Audit,
            MessageClass.State => State,
            MessageClass.Metric => Metric,
            _ => Gap,
        };

    public static ClassCounts operator +(ClassCounts a, ClassCounts b) => Add(a, b);

    public static ClassCounts Add(ClassCounts a, ClassCounts b) =>
        new(a.Alarm + b.Alarm, a.Audit + b.Audit, a.State + b.State, a.Metric + b.Metric, a.Gap + b.Gap);

    public static ClassCounts Of(IEnumerable<MessageClass> classes)
    {
        Span<long> counts = stackalloc long[5];
        counts.Clear();
        foreach (var one in classes)
        {
            counts[(int)one]++;
        }

        return new ClassCounts(counts[0], counts[1], counts[2], counts[3], counts[4]);
    }
}
