using Holdfast.Mqtt.Packets;

namespace Holdfast.Mqtt.Sessions;

/// <summary>Where a message with QoS 1 or 2 is on its way out (MQTT 5.0 §4.3.2, §4.3.3).</summary>
internal enum FlightState
{
    AwaitingPubAck,
    AwaitingPubRec,
    AwaitingPubComp,
}

/// <summary>A message on its way out.</summary>
internal sealed class Flight<T>(ushort packetId, T item, FlightState state)
{
    public ushort PacketId { get; } = packetId;

    public T Item { get; } = item;

    public FlightState State { get; set; } = state;

    /// <summary>When it, or its PUBREL, was last sent; null while it waits to be sent again on a new connection.</summary>
    public MonotonicTime? SentAt { get; set; }
}

/// <summary>What an acknowledgement did.</summary>
internal enum AckEffect
{
    /// <summary>The message is done with, well or not.</summary>
    Completed,

    /// <summary>A PUBREL is due, successful.</summary>
    Release,

    /// <summary>No such message: after a PUBREC, a PUBREL that says so is due.</summary>
    Unknown,

    /// <summary>An acknowledgement of the wrong kind for the message's QoS: a protocol error.</summary>
    Wrong,
}

/// <summary>
/// The sending side of a session, the same for client and broker: packet identifiers, what is in flight, the other side's
/// Receive Maximum (§4.9), and sending again, in order, when the session continues on a new connection (§4.4, §4.6).
/// </summary>
internal sealed class OutboundFlow<T>
{
    private readonly LinkedList<Flight<T>> order = [];
    private readonly Dictionary<ushort, LinkedListNode<Flight<T>>> byId = [];
    private readonly Queue<Flight<T>> resends = [];
    private readonly HashSet<ushort> reserved = [];
    private int window;
    private int quota;
    private ushort lastId;

    public int Count => byId.Count;

    /// <summary>Whether one more may be sent now. Not before everything old is sent again [MQTT-4.6.0-1].</summary>
    public bool HasRoom => quota > 0 && resends.Count == 0 && byId.Count + reserved.Count < ushort.MaxValue;

    public IEnumerable<Flight<T>> Flights => order;

    /// <summary>On a new connection: everything in flight waits to be sent again [MQTT-4.4.0-1].</summary>
    /// <param name="receiveMaximum">Of the other side; 65,535 where it said none.</param>
    public void StartLink(int receiveMaximum)
    {
        window = receiveMaximum;
        quota = receiveMaximum;
        resends.Clear();
        foreach (var flight in order)
        {
            flight.SentAt = null;
            resends.Enqueue(flight);
        }
    }

    /// <summary>Takes a message into flight, as sent at <paramref name="now"/>. Only while there is room.</summary>
    public Flight<T> Begin(T item, MqttQos qos, MonotonicTime now)
    {
        Invariant.Require(HasRoom && qos != MqttQos.AtMostOnce, "a message begins its flight while there is room");
        var state = qos == MqttQos.AtLeastOnce ? FlightState.AwaitingPubAck : FlightState.AwaitingPubRec;
        var flight = new Flight<T>(FreeId(), item, state) { SentAt = now };
        byId.Add(flight.PacketId, order.AddLast(flight));
        quota--;
        return flight;
    }

    /// <summary>Takes back what was in flight before a restart; it waits to be sent again.</summary>
    public void Restore(T item, ushort packetId, FlightState state)
    {
        byId.Add(packetId, order.AddLast(new Flight<T>(packetId, item, state)));
        lastId = packetId;
    }

    /// <summary>The next one to be sent again: the message itself with DUP, or its PUBREL.</summary>
    public Flight<T>? TakeResend(MonotonicTime now)
    {
        while (resends.TryPeek(out var flight))
        {
            var isGone = !byId.ContainsKey(flight.PacketId);
            var isRelease = flight.State == FlightState.AwaitingPubComp;
            if (!isGone && !isRelease && quota == 0)
            {
                return null;
            }

            resends.Dequeue();
            if (!isGone)
            {
                quota -= isRelease ? 0 : 1;
                flight.SentAt = now;
                return flight;
            }
        }

        return null;
    }

    /// <summary>Takes PUBACK, PUBREC or PUBCOMP. The flight is null where the effect is unknown or wrong.</summary>
    public (AckEffect Effect, Flight<T>? Flight) Acknowledge(AckPacket ack, MonotonicTime now)
    {
        if (!byId.TryGetValue(ack.PacketId, out var node))
        {
            return (AckEffect.Unknown, null);
        }

        var flight = node.Value;
        switch (ack.Type, flight.State)
        {
            case (PacketType.PubAck, FlightState.AwaitingPubAck):
            case (PacketType.PubComp, FlightState.AwaitingPubComp):
            case (PacketType.PubRec, FlightState.AwaitingPubRec) when ack.Reason.IsFailure():
                Remove(node);
                return (AckEffect.Completed, flight);
            case (PacketType.PubRec, FlightState.AwaitingPubRec or FlightState.AwaitingPubComp):
                flight.State = FlightState.AwaitingPubComp;
                flight.SentAt = now;
                return (AckEffect.Release, flight);
            default:
                return (AckEffect.Wrong, null);
        }
    }

    /// <summary>Gives up a message that cannot be sent any more.</summary>
    public void Abandon(Flight<T> flight) => Remove(byId[flight.PacketId]);

    /// <summary>The session ended: nothing is in flight any more. Returns what was.</summary>
    public IReadOnlyList<T> Clear()
    {
        var items = order.Select(flight => flight.Item).ToList();
        order.Clear();
        byId.Clear();
        resends.Clear();
        quota = window;
        return items;
    }

    /// <summary>An identifier for what is no message, a SUBSCRIBE; nothing else gets it before <see cref="Release"/>.</summary>
    public ushort Reserve()
    {
        var id = FreeId();
        reserved.Add(id);
        return id;
    }

    public void Release(ushort id) => reserved.Remove(id);

    /// <summary>An identifier that nothing else has [MQTT-2.2.1-3].</summary>
    private ushort FreeId()
    {
        do
        {
            lastId = lastId == ushort.MaxValue ? (ushort)1 : (ushort)(lastId + 1);
        } while (byId.ContainsKey(lastId) || reserved.Contains(lastId));

        return lastId;
    }

    private void Remove(LinkedListNode<Flight<T>> node)
    {
        byId.Remove(node.Value.PacketId);
        order.Remove(node);
        quota = Math.Min(window, quota + 1);
    }
}
