namespace Holdfast.Mqtt.Broker.Persistence;

/// <summary>A message that waits for a client: under the identifier that it was last sent with, 0: none that matters.</summary>
/// <param name="IsShared">A shared subscription chose the client.</param>
internal readonly record struct KeptDelivery(Delivery Delivery, bool IsShared, ushort PacketId, bool IsReceived);

/// <summary>A session as the journal has it.</summary>
internal sealed class SessionImage(long id, string clientId)
{
    public long Id => id;

    public string ClientId => clientId;

    public string? UserName { get; set; }

    public TimeSpan Expiry { get; set; }

    public MonotonicTime? ExpiresAt { get; set; }

    public PendingWill? Will { get; set; }

    public long NextOrder { get; set; }

    public Dictionary<string, HeldSubscription> Subscriptions { get; } = [];

    public HashSet<ushort> Received { get; } = [];

    /// <summary>Whose delivery an identifier is.</summary>
    public Dictionary<ushort, long> Flying { get; } = [];

    public SortedDictionary<long, KeptDelivery> Deliveries { get; } = [];
}

/// <summary>
/// What the journal's entries add up to. An entry about something that is not there is passed over: it is older than what the journal kept, or what it
/// is about was damaged. So an entry may be read again behind one that restates it.
/// </summary>
internal sealed class BrokerImage
{
    private readonly Dictionary<long, SessionImage> sessions = [];
    private readonly Dictionary<string, RoutedMessage> retained = new(StringComparer.Ordinal);
    private readonly Dictionary<long, (RoutedMessage Message, int Uses)> messages = [];

    private long newest;

    public IEnumerable<SessionImage> Sessions => sessions.Values;

    public IEnumerable<RoutedMessage> Retained => retained.Values;

    /// <summary>The highest numbers that were given.</summary>
    public long LastSession { get; private set; }

    public long LastMessage { get; private set; }

    /// <summary>The session of that number; null: it is not known.</summary>
    public SessionImage? Session(long id) => sessions.GetValueOrDefault(id);

    public SessionImage Keep(long id, string clientId)
    {
        LastSession = Math.Max(LastSession, id);
        if (!sessions.TryGetValue(id, out var session))
        {
            // An older one of the same client has ended, and only the news of it is lost.
            foreach (var (other, image) in sessions)
            {
                if (image.ClientId == clientId)
                {
                    End(other);
                }
            }

            sessions[id] = session = new SessionImage(id, clientId);
        }

        return session;
    }

    public void End(long id)
    {
        if (sessions.Remove(id, out var session))
        {
            foreach (var kept in session.Deliveries.Values)
            {
                Unuse(kept.Delivery.Message);
            }
        }
    }

    /// <summary>A message comes, the same object for the same number. It stays while it is retained or waits for somebody.</summary>
    public RoutedMessage Add(RoutedMessage message)
    {
        if (newest != message.JournalId && messages.TryGetValue(newest, out var last) && last.Uses == 0)
        {
            messages.Remove(newest);
        }

        newest = message.JournalId;
        LastMessage = Math.Max(LastMessage, message.JournalId);
        if (messages.TryGetValue(message.JournalId, out var known))
        {
            return known.Message;
        }

        messages[message.JournalId] = (message, 0);
        return message;
    }

    public void Retain(RoutedMessage message)
    {
        Unretain(message.Packet.Topic);
        retained[message.Packet.Topic] = message;
        Use(message);
    }

    public void Unretain(string topic)
    {
        if (retained.Remove(topic, out var before))
        {
            Unuse(before);
        }
    }

    public void Queue(SessionImage session, Delivery delivery, bool isShared)
    {
        session.NextOrder = Math.Max(session.NextOrder, delivery.Order + 1);
        var packetId = session.Deliveries.TryGetValue(delivery.Order, out var before) ? before.PacketId : (ushort)0;
        if (packetId > 0 && before.Delivery.Message == delivery.Message)
        {
            return;
        }

        Complete(session, delivery.Order);
        session.Deliveries[delivery.Order] = new KeptDelivery(delivery, isShared, 0, IsReceived: false);
        Use(delivery.Message);
    }

    public void Fly(SessionImage session, long order, ushort packetId, bool isReceived)
    {
        if (session.Deliveries.TryGetValue(order, out var kept))
        {
            if (session.Flying.TryGetValue(packetId, out var other) && other != order)
            {
                // The identifier was free again: only the news of it is lost.
                Complete(session, other);
            }

            session.Flying[packetId] = order;
            session.Deliveries[order] = kept with { PacketId = packetId, IsReceived = isReceived };
        }
    }

    public void Complete(SessionImage session, long order)
    {
        session.NextOrder = Math.Max(session.NextOrder, order + 1);
        if (session.Deliveries.Remove(order, out var kept))
        {
            Unuse(kept.Delivery.Message);
            session.Flying.Remove(kept.PacketId);
        }
    }

    private void Use(RoutedMessage message)
    {
        var known = messages.GetValueOrDefault(message.JournalId);
        messages[message.JournalId] = (message, known.Uses + 1);
    }

    private void Unuse(RoutedMessage message)
    {
        var uses = messages.GetValueOrDefault(message.JournalId).Uses - 1;
        if (uses > 0)
        {
            messages[message.JournalId] = (message, uses);
        }
        else
        {
            messages.Remove(message.JournalId);
        }
    }
}
