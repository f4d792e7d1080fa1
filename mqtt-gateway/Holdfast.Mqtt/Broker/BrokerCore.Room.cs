using Holdfast.Mqtt.Packets;

namespace Holdfast.Mqtt.Broker;

/// <summary>Who pays when all queues together are full: not who comes last, but who has the most waiting.</summary>
internal sealed partial class BrokerCore
{
    /// <summary>Freed at once, in bytes, so that the largest queue need not be looked for at every message.</summary>
    private const int RoomStep = 64 * 1024;

    /// <summary>As long as another queue is larger: its QoS 0 messages are dropped, and where it has none its session ends.</summary>
    private void MakeRoom(Session session, int size, MonotonicTime now)
    {
        while (budget.Used + size > budget.Max && session.Queue.WouldTake(size))
        {
            var largest = session;
            foreach (var other in sessions.Values)
            {
                largest = other.Queue.Bytes > largest.Queue.Bytes ? other : largest;
            }

            if (largest == session)
            {
                return;
            }

            if (!largest.Queue.DropOldest(RoomStep))
            {
                Overflow(largest, now);
            }
        }
    }

    /// <summary>What does not fit would be lost in silence: so the session ends, and the client's next CONNACK says so.</summary>
    private void Overflow(Session session, MonotonicTime now)
    {
        overflowed++;
        if (session.Link is { } link)
        {
            Close(link, ReasonCode.QuotaExceeded, now, "too many messages wait for this client");
        }

        End(session, now);
    }
}
