using System.Globalization;
using Holdfast.Mqtt;

namespace Holdfast.Gateway.Outbox;

/// <summary>How an outbox is emptied to one broker.</summary>
public sealed record FeedOptions
{
    /// <summary>Messages on the way at once: enough to fill a satellite link, few to send twice.</summary>
    public int Window { get; init; } = 256;

    /// <summary>Backlog, messages a second at most; null: as fast as the broker takes it, from half of the window.</summary>
    public double? BacklogPerSecond { get; init; }
}

/// <summary>A message to send now.</summary>
/// <param name="IsHistorical">It is told late: no present value.</param>
/// <param name="Low">Everything below it is delivered or told of as gone.</param>
public readonly record struct Outgoing(OutboxMessage One, bool IsHistorical, long Low);

/// <summary>
/// Decides what goes to one broker next. Pure: connections, acknowledgements and the time come in, messages to send come out.
///
/// Two lanes share the window: <c>live</c>, what was written since the connection stands, goes first; the <c>backlog</c>, what waited for it, has
/// half of the window at most, so that there is always room for live messages, and a pace. Each lane keeps the order of the outbox, and with it
/// that of each topic. What the backlog sends is marked historical, and is retained only where nothing newer is known. Everything is sent at least
/// once; after a lost connection all that was not acknowledged becomes backlog. Not thread-safe.
/// </summary>
public sealed partial class OutboxFeed(DurableOutbox outbox, string reader, FeedOptions options)
{
    /// <summary>Times that a broker may refuse a message before it is set aside.</summary>
    public const int RefusalsMax = 3;

    private readonly Dictionary<long, MonotonicTime> liveOnTheWay = [];
    private readonly Dictionary<long, MonotonicTime> backlogOnTheWay = [];
    private readonly BacklogWindow pace = new();
    private readonly Queue<OutboxMessage> batch = new();
    private readonly Dictionary<long, int> refusals = [];
    private ReadPosition place;
    private long liveNext;
    private long backlogNext = 1;
    private long readUpTo;
    private double tokens;
    private MonotonicTime filledAt;

    public bool IsUp { get; private set; }

    /// <summary>Of the broker (MQTT 5.0 §3.2.2.3.3): the window is no larger.</summary>
    public int ReceiveMaximum { get; set; } = ushort.MaxValue;

    /// <summary>Messages that the broker does not have yet. By any thread.</summary>
    public long Waiting => outbox.Waiting(reader);

    private int Window => Math.Max(1, Math.Min(options.Window, ReceiveMaximum));

    private int BacklogMax => Math.Max(1, Window / 2);

    public void Connect(MonotonicTime now)
    {
        Disconnect();
        IsUp = true;
        liveNext = outbox.End;
        (tokens, filledAt) = (0, now);
        pace.Reset(now);
    }

    /// <summary>What was not acknowledged is sent again, as backlog.</summary>
    public void Disconnect()
    {
        IsUp = false;
        liveOnTheWay.Clear();
        backlogOnTheWay.Clear();
        batch.Clear();
        outbox.Release(reader);
        backlogNext = readUpTo = outbox.LowestUnacknowledged(reader);
    }

    /// <summary>The messages to send now, in this order; each is given once a connection.</summary>
    public IReadOnlyList<Outgoing> Next(MonotonicTime now)
    {
        var sending = new List<Outgoing>();
        if (!IsUp)
        {
            return sending;
        }

        var low = outbox.LowestUnacknowledged(reader);
        TakeLive(sending, low, now);
        TakeBacklog(sending, low, now);
        return sending;
    }

    public void Acknowledge(long sequence, MonotonicTime now)
    {
        if (backlogOnTheWay.TryGetValue(sequence, out var sentAt))
        {
            pace.Answered(sentAt, now, BacklogMax);
        }

        refusals.Remove(sequence);
        liveOnTheWay.Remove(sequence);
        backlogOnTheWay.Remove(sequence);
        outbox.Acknowledge(reader, sequence);
    }

    /// <summary>
    /// The broker will not take it. It is sent again with a new connection, but only so often: then it is set aside, which a signed
    /// record tells once, and nothing waits behind it.
    /// </summary>
    /// <returns>Whether it is set aside now; else the connection is to be given up for now.</returns>
    public bool Refuse(OutboxMessage one, string why, DateTimeOffset wallTime, MonotonicTime now)
    {
        var times = refusals.GetValueOrDefault(one.Sequence) + 1;
        refusals[one.Sequence] = times;
        if (times < RefusalsMax || !outbox.TrySetAside(one, why, wallTime))
        {
            return false;
        }

        Acknowledge(one.Sequence, now);
        return true;
    }

    /// <summary>As it goes over the wire: with its identity, at least once, and retained only where that is no lie.</summary>
    public MqttMessage ToSend(in Outgoing sending)
    {
        var one = sending.One;
        var message = one.Message;
        List<KeyValuePair<string, string>> properties = [.. message.UserProperties];
        if (MessageIdentity.Of(message) is null)
        {
            properties.Add(new(MessageIdentity.StreamProperty, outbox.Stream));
            properties.Add(new(MessageIdentity.SequenceProperty, Text(one.Sequence)));
            properties.Add(new(MessageIdentity.ClassProperty, one.Class.ToString().ToLowerInvariant()));
            properties.Add(new(MessageIdentity.LowProperty, Text(sending.Low)));
        }

        if (sending.IsHistorical && !properties.Exists(p => p.Key == MessageIdentity.HistoricalProperty))
        {
            properties.Add(new(MessageIdentity.HistoricalProperty, "1"));
        }

        return message with
        {
            Qos = message.Qos == MqttQos.ExactlyOnce ? MqttQos.ExactlyOnce : MqttQos.AtLeastOnce,
            Retain = message.Retain && !(sending.IsHistorical && outbox.IsSuperseded(one)),
            UserProperties = properties,
        };
    }

    private void TakeLive(List<Outgoing> sending, long low, MonotonicTime now)
    {
        var room = Window - liveOnTheWay.Count - backlogOnTheWay.Count;
        if (room <= 0 || liveNext >= outbox.End)
        {
            return;
        }

        // Whom the newest have overtaken by more than the memory holds finds the rest in the backlog.
        foreach (var one in outbox.Recent(liveNext, room))
        {
            liveNext = one.Sequence + 1;
            if (!outbox.IsAcknowledged(reader, one.Sequence) && !backlogOnTheWay.ContainsKey(one.Sequence))
            {
                liveOnTheWay.Add(one.Sequence, now);
                outbox.Hold(reader, one.Sequence);
                sending.Add(new Outgoing(one, false, low));
            }
        }
    }

    private static string Text(long number) => number.ToString(CultureInfo.InvariantCulture);
}
