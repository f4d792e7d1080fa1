using Holdfast.Gateway.Topics;

namespace Holdfast.Gateway.Outbox;

/// <summary>
/// Hands events over from the rack's own log to the outbox. The outbox writes down, with the events themselves, up to which number it has them: so
/// after a crash between the two logs none is handed over twice and none is left out. What the rack's log has lost before is told in a signed record.
/// </summary>
public sealed class EventHandover(EventStore events, DurableOutbox outbox, RackTopics topics)
{
    private const int BatchMax = 256;

    /// <summary>Hands over what is there and is not in the outbox yet. What the outbox refuses waits in the rack's log.</summary>
    public void Run(DateTimeOffset now)
    {
        while (events.LastSequence > outbox.Source)
        {
            var source = outbox.Source;
            var batch = events.Read(source, BatchMax);
            var first = batch.Count > 0 ? batch[0].Sequence : events.LastSequence + 1;
            if (first > source + 1)
            {
                if (!TellMissing(source + 1, first - 1, now))
                {
                    return;
                }

                continue;
            }

            // A hole ends the batch: what is behind it comes when the hole is told.
            var whole = batch.TakeWhile((happened, i) => happened.Sequence == first + i).ToList();
            var drafts = whole.Select(Draft).ToList();
            if (!outbox.Write(drafts, now, whole[^1].Sequence).IsComplete)
            {
                return;
            }
        }
    }

    private bool TellMissing(long first, long last, DateTimeOffset now) =>
        outbox.TryTellMissing(topics.Events, first, last, "alarm+audit", "the rack's own log lost these events", now);

    private Draft Draft(RackEvent happened) =>
        new(
            happened.Severity >= Severity.Warning ? MessageClass.Alarm : MessageClass.Audit,
            happened.Time,
            topics.Of(happened)
        );
}
