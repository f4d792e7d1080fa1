using Holdfast.Gateway.Outbox;

namespace Holdfast.Simulation;

/// <summary>
/// A broker that comes and goes, and its consumer. When it goes, a part of what was on its way arrives without being acknowledged, and
/// the rest is lost. The consumer keeps what is one above the last, and drops what it has seen.
/// </summary>
internal sealed class UnsteadyBroker(SeededRandom random)
{
    private readonly List<RackEvent> onTheWay = [];
    private bool up = true;

    /// <summary>Events in the order in which the consumer took them.</summary>
    public List<RackEvent> Taken { get; } = [];

    public int Duplicates { get; private set; }

    public List<string> OutOfOrder { get; } = [];

    /// <summary>One second of exchange. It goes most often at the worst moment, with events on their way.</summary>
    public void Exchange(EventSender sender, bool steady)
    {
        var before = up;
        up = steady || (up ? !random.Chance(onTheWay.Count > 0 ? 0.05 : 1.0 / 1800) : random.Chance(1.0 / 300));
        if (before && !up)
        {
            Disconnect();
            sender.Disconnect();
        }

        if (!up)
        {
            return;
        }

        foreach (var happened in onTheWay)
        {
            Take(happened);
            sender.Acknowledge(happened.Sequence);
        }

        onTheWay.Clear();
        onTheWay.AddRange(sender.Next());
    }

    /// <summary>The connection ends, by the broker's or the sender's death.</summary>
    public void Disconnect()
    {
        foreach (var happened in onTheWay.Take(random.Next(onTheWay.Count + 1)))
        {
            Take(happened);
        }

        onTheWay.Clear();
    }

    private void Take(RackEvent happened)
    {
        if (happened.Sequence <= Taken.Count)
        {
            Duplicates++;
        }
        else if (happened.Sequence == Taken.Count + 1)
        {
            Taken.Add(happened);
        }
        else
        {
            OutOfOrder.Add($"{happened.Sequence} after {Taken.Count}");
        }
    }
}
