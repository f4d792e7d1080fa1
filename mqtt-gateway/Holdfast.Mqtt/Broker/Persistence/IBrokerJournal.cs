namespace Holdfast.Mqtt.Broker.Persistence;

/// <summary>
/// Where a broker's core says what must outlive it. Called under the broker's lock; it only remembers, and what it remembered is on disk once
/// <see cref="Durable"/> has reached the <see cref="Position"/> after it. What a client is told of it waits for that (<see cref="PromiseGate"/>).
/// A session counts once <see cref="Keep"/> gave it a number (<see cref="Session.JournalId"/>); all others are passed over.
/// </summary>
internal interface IBrokerJournal
{
    /// <summary>Of the last change remembered.</summary>
    long Position { get; }

    /// <summary>Of the last change that is on disk.</summary>
    long Durable { get; }

    /// <summary>False while the disk takes nothing: then nothing is to be promised.</summary>
    bool IsAccepting { get; }

    /// <summary>False while too much waits for the disk: then nothing more is to be read from clients.</summary>
    bool HasRoom { get; }

    /// <summary>The session's own state as it is now: expiry, will, whether its client is away. One that ends with its connection is not kept.</summary>
    void Keep(Session session);

    void End(Session session);

    void Subscribe(Session session, HeldSubscription held);

    void Unsubscribe(Session session, string filter);

    /// <summary>The topic's retained message is this one now; with an empty payload none.</summary>
    void Retain(RoutedMessage message);

    /// <summary>A message with QoS 1 or 2 waits for the session's client.</summary>
    void Queue(Session session, Delivery delivery);

    /// <summary>A QoS 2 message was taken over from the client. Belongs to the <see cref="Queue"/> calls just before: all are on disk, or none.</summary>
    void Receive(Session session, ushort packetId);

    /// <summary>The client has released a QoS 2 message: its identifier means another one from now on.</summary>
    void Release(Session session, ushort packetId);

    /// <summary>A QoS 2 message goes to the client under this identifier.</summary>
    /// <param name="isReceived">The client has it, and only its PUBREL is due.</param>
    void Fly(Session session, Delivery delivery, ushort packetId, bool isReceived);

    /// <summary>A message is done with.</summary>
    void Complete(Session session, Delivery delivery);
}

/// <summary>Nothing outlives the broker, and nothing waits.</summary>
internal sealed class NoJournal : IBrokerJournal
{
    public static readonly NoJournal Instance = new();

    public long Position => 0;

    public long Durable => 0;

    public bool IsAccepting => true;

    public bool HasRoom => true;

    public void Keep(Session session) { }

    public void End(Session session) { }

    public void Subscribe(Session session, HeldSubscription held) { }

    public void Unsubscribe(Session session, string filter) { }

    public void Retain(RoutedMessage message) { }

    public void Queue(Session session, Delivery delivery) { }

    public void Receive(Session session, ushort packetId) { }

    public void Release(Session session, ushort packetId) { }

    public void Fly(Session session, Delivery delivery, ushort packetId, bool isReceived) { }

    public void Complete(Session session, Delivery delivery) { }
}
