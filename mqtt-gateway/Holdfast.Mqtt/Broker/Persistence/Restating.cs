using Holdfast.Mqtt.Sessions;

namespace Holdfast.Mqtt.Broker.Persistence;

/// <summary>
/// Writes everything that is alive once more at the log's end, piece by piece between the ordinary changes, so that what stands before can go. The
/// pieces need not fit one moment: each says how its session or message is now, and what changes later is written behind it.
/// </summary>
/// <param name="start">The first record that stays.</param>
internal sealed class Restating(long start, IReadOnlyList<Session> sessions, IReadOnlyList<RoutedMessage> retained)
{
    private readonly Queue<Session> sessions = new(sessions);
    private readonly Queue<RoutedMessage> retained = new(retained);

    public long Start => start;

    public bool IsDone => sessions.Count == 0 && retained.Count == 0;

    /// <summary>The next piece.</summary>
    public void Step(BrokerJournal journal, Func<RoutedMessage, bool> isRetained)
    {
        if (retained.TryDequeue(out var message))
        {
            if (message.JournalId > 0 && isRetained(message))
            {
                journal.WriteRetained(message);
            }
        }
        else if (sessions.TryDequeue(out var session) && session.JournalId > 0)
        {
            Restate(session, journal);
        }
    }

    private static void Restate(Session session, BrokerJournal journal)
    {
        journal.Keep(session);
        foreach (var held in session.Subscriptions.Values)
        {
            journal.Subscribe(session, held);
        }

        foreach (var packetId in session.Received)
        {
            journal.Receive(session, packetId);
        }

        foreach (var flight in session.Flow.Flights)
        {
            journal.Queue(session, flight.Item);
            if (flight.Item.Qos == MqttQos.ExactlyOnce)
            {
                var isReceived = flight.State == FlightState.AwaitingPubComp;
                journal.Fly(session, flight.Item, flight.PacketId, isReceived);
            }
        }

        foreach (var delivery in session.Queue.Assured)
        {
            journal.Queue(session, delivery);
        }
    }
}
