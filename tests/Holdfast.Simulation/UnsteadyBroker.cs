using System.Text.Json;
using Holdfast.Gateway.Outbox;

namespace Holdfast.Simulation;

/// <summary>
/// A broker that comes and goes, and its consumer. When it goes, a part of what was on its way arrives without being acknowledged, and
/// the rest is lost. The consumer drops what it has seen.
/// </summary>
internal sealed class UnsteadyBroker(SeededRandom random)
{
    private readonly List<OutboxMessage> onTheWay = [];
    private readonly HashSet<long> seen = [];
    private readonly HashSet<long> numbers = [];
    private bool up = true;

    /// <summary>Events in the order in which the consumer took them.</summary>
    public List<string> Taken { get; } = [];

    public int Duplicates { get; private set; }

    public List<string> Wrong { get; } = [];

    /// <summary>One second of exchange. It goes most often at the worst moment, with events on their way.</summary>
    public void Exchange(OutboxFeed feed, TimeSpan time, bool steady)
    {
        var now = new MonotonicTime(time.Ticks);
        var before = up;
        up = steady || (up ? !random.Chance(onTheWay.Count > 0 ? 0.05 : 1.0 / 1800) : random.Chance(1.0 / 300));
        if (before && !up)
        {
            Disconnect();
            feed.Disconnect();
        }

        if (!up)
        {
            return;
        }

        if (!feed.IsUp)
        {
            feed.Connect(now);
        }

        foreach (var one in onTheWay)
        {
            Take(one);
            feed.Acknowledge(one.Sequence, now);
        }

        onTheWay.Clear();
        onTheWay.AddRange(feed.Next(now).Select(sending => sending.One));
    }

    /// <summary>The connection ends, by the broker's or the sender's death.</summary>
    public void Disconnect()
    {
        foreach (var one in onTheWay.Take(random.Next(onTheWay.Count + 1)))
        {
            Take(one);
        }

        onTheWay.Clear();
    }

    /// <summary>Live ones overtake those that waited, so the number says only whether it was there before.</summary>
    private void Take(OutboxMessage one)
    {
        using var payload = JsonDocument.Parse(one.Message.Payload);
        var sequence = payload.RootElement.GetProperty("sequence").GetInt64();
        if (!seen.Add(one.Sequence))
        {
            Duplicates++;
        }
        else if (!numbers.Add(sequence))
        {
            Wrong.Add($"{sequence} was handed over twice");
        }
        else
        {
            Taken.Add(payload.RootElement.GetRawText());
        }
    }
}
