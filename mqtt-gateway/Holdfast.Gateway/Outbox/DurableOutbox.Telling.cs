using System.Globalization;
using Holdfast.Mqtt;

namespace Holdfast.Gateway.Outbox;

/// <summary>Records of what will not come, that lie among the messages.</summary>
public sealed partial class DurableOutbox
{
    private const int UntoldMax = 1000;

    /// <summary>Tells, signed, that a message will not be delivered. A record of that kind that is refused itself is told of no more.</summary>
    internal bool TrySetAside(OutboxMessage one, string why, DateTimeOffset now)
    {
        lock (gate)
        {
            var (stream, sequence) = IdentityOf(one);
            var about = string.Create(
                CultureInfo.InvariantCulture,
                $"the broker refused message {sequence} to {one.Message.Topic} ({one.Message.Payload.Length} bytes) for good: {why}"
            );
            damage.Add(about);
            if (one.Class == MessageClass.Gap)
            {
                return true;
            }

            var at = one.Time.ToUnixTimeMilliseconds();
            var record = new GapRecord(
                string.Create(CultureInfo.InvariantCulture, $"{sequence}-refused-{stream}"),
                stream,
                sequence,
                sequence,
                one.Class.ToString().ToLowerInvariant(),
                1,
                about,
                at,
                at,
                now.ToUnixTimeMilliseconds()
            );
            return Write([new Draft(MessageClass.Gap, now, Message(signer.Sign(record)))], now).Taken == 1;
        }
    }

    /// <summary>Tells, signed, of numbers of the producer's own that never came.</summary>
    /// <param name="stream">Whose numbers they are.</param>
    public bool TryTellMissing(string stream, long first, long last, string of, string why, DateTimeOffset now)
    {
        lock (gate)
        {
            var at = now.ToUnixTimeMilliseconds();
            var id = string.Create(CultureInfo.InvariantCulture, $"{first}-{last}-{stream}");
            var record = new GapRecord(id, stream, first, last, of, last - first + 1, why, at, at, at);
            return Write([new Draft(MessageClass.Gap, now, Message(signer.Sign(record)))], now, last).Taken == 1;
        }
    }

    /// <summary>Tells, signed, of messages that were never taken, and so have no number.</summary>
    internal bool TryTellUntaken(long count, string why, DateTimeOffset from, DateTimeOffset to, DateTimeOffset now)
    {
        lock (gate)
        {
            var began = from.ToUnixTimeMilliseconds();
            var record = new GapRecord(
                string.Create(CultureInfo.InvariantCulture, $"untaken-{began}-{Stream}"),
                Stream,
                0,
                0,
                "state+metric",
                count,
                $"they could not be kept: {why}",
                began,
                to.ToUnixTimeMilliseconds(),
                now.ToUnixTimeMilliseconds()
            );
            return Write([new Draft(MessageClass.Gap, now, Message(signer.Sign(record)))], now).Taken == 1;
        }
    }

    private void Lose(Lost lost)
    {
        var isDelivered = acknowledged.Values.All(theirs => theirs.ContainsAll(lost.First, lost.Last));
        if (isDelivered || untold.Contains(lost))
        {
            return;
        }

        damage.Add(InWords(lost));
        if (untold.Count < UntoldMax)
        {
            untold.Add(lost);
        }
        else
        {
            // One record then tells of both.
            untold[^1] = untold[^1] with
            {
                Last = lost.Last,
                Count = untold[^1].Count + lost.Count,
            };
        }
    }

    /// <summary>Records of what is lost and not told yet.</summary>
    private (List<Lost> Of, List<Draft> Records) Tell(DateTimeOffset now) =>
        ([.. untold], [.. untold.Select(lost => Draft(lost.First, lost.Last, lost.Class, lost.Count, lost.Why, now))]);

    /// <summary>The records are on disk: nobody waits any more for what they tell of. What was found since is still to be told.</summary>
    private void Forget(List<Lost> told)
    {
        foreach (var theirs in acknowledged.Values)
        {
            told.ForEach(lost => theirs.Add(lost.First, lost.Last));
        }

        unwrittenAcks += told.Count;
        untold.RemoveAll(told.Contains);
    }

    private Draft Draft(long first, long last, string of, long count, string why, DateTimeOffset now)
    {
        var id = string.Create(CultureInfo.InvariantCulture, $"{first}-{last}-{of}-{Stream}");
        var at = now.ToUnixTimeMilliseconds();
        var record = new GapRecord(id, Stream, first, last, of, count, why, at, at, at);
        return new Draft(MessageClass.Gap, now, Message(signer.Sign(record)));
    }

    private MqttMessage Message(GapRecord record) =>
        new(gapTopic, record.ToJson()) { Qos = MqttQos.AtLeastOnce, ContentType = "application/json" };
}
