namespace Holdfast.Gateway.Outbox;

/// <summary>What a segment gave up.</summary>
internal sealed record Dropped(
    MessageClass Class,
    string Stream,
    long First,
    long Last,
    long Count,
    long FromMs,
    long ToMs
);

/// <summary>
/// Which messages of a segment stay when the budget is near. Level 1 keeps every fourth sample of a topic, level 2 every fourth of those, level 3
/// none; of states the last of each topic stays, and from level 3 on not even that where a newer one is known. A quarter and not a half, since each
/// thinning writes the segment anew: so all of them together add a third at most to what was written. Above them is giving up: of several
/// brokers one has been gone for so long that it would hold the others back, and what another has is kept for it no longer, alarms neither.
/// </summary>
internal static class Thinning
{
    public const int LevelMax = 3;

    public const int GivenUp = LevelMax + 1;

    private const int KeptOf = 4;

    /// <param name="isSuperseded">Whether a newer state of the topic is known elsewhere.</param>
    /// <param name="isElsewhere">Whether a broker has it, though not each that shall.</param>
    /// <param name="isHeld">Whether it is on its way to a broker: it stays then.</param>
    public static (List<OutboxMessage> Kept, List<OutboxMessage> Dropped) Apply(
        IReadOnlyList<OutboxMessage> messages,
        int level,
        Func<OutboxMessage, bool> isSuperseded,
        Func<OutboxMessage, bool> isElsewhere,
        Func<OutboxMessage, bool> isHeld
    )
    {
        var last = new Dictionary<string, long>(StringComparer.Ordinal);
        foreach (var one in messages)
        {
            last[one.Message.Topic] = one.Sequence;
        }

        var samples = new Dictionary<string, int>(StringComparer.Ordinal);
        var (kept, dropped) = (new List<OutboxMessage>(), new List<OutboxMessage>());
        foreach (var one in messages)
        {
            var stays = one.Class switch
            {
                MessageClass.Metric => level < LevelMax && Ordinal(samples, one.Message.Topic) % KeptOf == 0,
                MessageClass.State => last[one.Message.Topic] == one.Sequence
                    && (level < LevelMax || !isSuperseded(one)),
                _ => true,
            };
            var isGivenUp = level == GivenUp && one.Class != MessageClass.Gap && isElsewhere(one);
            ((stays && !isGivenUp) || isHeld(one) ? kept : dropped).Add(one);
        }

        return (kept, dropped);
    }

    /// <summary>The dropped, by class and stream.</summary>
    /// <param name="identity">Whose message it is, and its number there.</param>
    public static IEnumerable<Dropped> Sum(
        IEnumerable<OutboxMessage> dropped,
        Func<OutboxMessage, (string Stream, long Sequence)> identity
    ) =>
        dropped
            .Select(one => (one.Class, Identity: identity(one), Time: one.Time.ToUnixTimeMilliseconds()))
            .GroupBy(one => (one.Class, one.Identity.Stream))
            .Select(group => new Dropped(
                group.Key.Class,
                group.Key.Stream,
                group.Min(one => one.Identity.Sequence),
                group.Max(one => one.Identity.Sequence),
                group.Count(),
                group.Min(one => one.Time),
                group.Max(one => one.Time)
            ));

    private static int Ordinal(Dictionary<string, int> samples, string topic)
    {
        var ordinal = samples.GetValueOrDefault(topic);
        samples[topic] = ordinal + 1;
        return ordinal;
    }
}
