namespace Holdfast.Gateway.Outbox;

/// <summary>
/// Decides which events go to the broker next. Pure: connections and acknowledgements come in, events to send come out.
///
/// The cursor is the sequence up to which the broker has everything. It moves over unbroken acknowledgements only, so an event is
/// sent at least once; after a lost connection or a restart everything above the cursor is sent again, in order, and the consumer
/// drops by its sequence what it has. The cursor is written now and then: what a crash takes of it comes back as duplicates.
/// </summary>
public sealed class EventSender
{
    /// <summary>Events on the way at once: enough to fill a satellite link, few to send twice.</summary>
    public const int WindowMax = 32;

    /// <summary>The cursor is written once it has moved by this much, and when everything is delivered.</summary>
    private const int CursorEvery = 100;

    /// <summary>The broker may have at most so many more than the cursor says, while the disk takes it.</summary>
    internal const int UnwrittenMax = CursorEvery + WindowMax;

    private readonly EventStore store;
    private readonly SortedSet<long> acknowledged = [];
    private long delivered;
    private long sentUpTo;

    public EventSender(EventStore store)
    {
        this.store = store;
        delivered = sentUpTo = store.Delivered;
    }

    /// <summary>The broker has everything up to here. Of all members this one and <see cref="Waiting"/> may be read by any thread.</summary>
    public long Delivered
    {
        get => Volatile.Read(ref delivered);
        private set => Volatile.Write(ref delivered, value);
    }

    /// <summary>Events that the broker does not have yet.</summary>
    public long Waiting => store.LastSequence - Delivered;

    /// <summary>The events to send now, in order; each is given once per connection.</summary>
    public IReadOnlyList<RackEvent> Next()
    {
        var room = WindowMax - (int)Math.Min(WindowMax, sentUpTo - Delivered - acknowledged.Count);
        if (room == 0 || sentUpTo >= store.LastSequence)
        {
            return [];
        }

        var events = store.Read(sentUpTo, room);
        foreach (var happened in events)
        {
            Skip(happened.Sequence);
            sentUpTo = happened.Sequence;
        }

        return events;
    }

    public void Acknowledge(long sequence)
    {
        if (sequence > Delivered && sequence <= sentUpTo)
        {
            acknowledged.Add(sequence);
        }

        while (acknowledged.Remove(Delivered + 1))
        {
            Delivered++;
        }

        SaveCursor();
    }

    /// <summary>The connection is gone: what was not acknowledged will be given again.</summary>
    public void Disconnect()
    {
        sentUpTo = Delivered;
        acknowledged.Clear();
    }

    /// <summary>Writes the cursor where it is due; a disk that refuses costs duplicates, no event.</summary>
    private void SaveCursor()
    {
        var written = store.Delivered;
        if (Delivered == written || (Delivered - written < CursorEvery && Waiting > 0))
        {
            return;
        }

        try
        {
            store.SaveDelivered(Delivered);
        }
        catch (IOException)
        {
            // The alarm about the disk is raised where events are recorded; the cursor is written at the next chance.
        }
    }

    /// <summary>Passes over what the log no longer has: it was dropped or damaged, and will never be acknowledged.</summary>
    private void Skip(long first)
    {
        if (sentUpTo == Delivered && first > Delivered + 1)
        {
            Delivered = sentUpTo = first - 1;
        }
        else
        {
            for (var missing = sentUpTo + 1; missing < first; missing++)
            {
                acknowledged.Add(missing);
            }
        }
    }
}
