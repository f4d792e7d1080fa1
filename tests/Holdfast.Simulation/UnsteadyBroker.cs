using Holdfast.Gateway.Outbox;

namespace Holdfast.Simulation;

/// <summary>
/// A broker that comes and goes, and its consumer. It loses acknowledgements when it goes: then it has events that the sender does
/// not know it has. The consumer keeps what is one above the last, and drops what it has seen.
/// </summary>
internal sealed class UnsteadyBroker(SeededRandom random)
{
    private readonly Queue<long> acknowledgements = new();
    private bool up = true;

    /// <summary>Events in the order in which the consumer took them.</summary>
    public List<RackEvent> Taken { get; } = [];

    public int Duplicates { get; private set; }

    public List<string> OutOfOrder { get; } = [];

    /// <summary>One second of exchange.</summary>
    public void Exchange(EventSender sender, bool steady)
    {
        var before = up;
        up = steady || (up ? !random.Chance(1.0 / 1800) : random.Chance(1.0 / 300));
        if (before && !up)
        {
            acknowledgements.Clear();
            sender.Disconnect();
        }

        if (!up)
        {
            return;
        }

        while (acknowledgements.TryDequeue(out var sequence))
        {
            sender.Acknowledge(sequence);
        }

        foreach (var happened in sender.Next())
        {
            Take(happened);
            acknowledgements.Enqueue(happened.Sequence);
        }
    }

    /// <summary>The sender's process died.</summary>
    public void Disconnect() => acknowledgements.Clear();

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
