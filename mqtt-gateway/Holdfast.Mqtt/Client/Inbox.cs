using Holdfast.Mqtt.Packets;

namespace Holdfast.Mqtt.Client;

/// <summary>
/// Received messages that wait for the reader, and which of them are still to be acknowledged: QoS 1 and 2 only when the
/// reader is done with them. Bounded: a QoS 0 message that finds it full is dropped, as QoS 0 may be; of the others the
/// broker may have only so many unread.
/// </summary>
/// <param name="assuredMax">Messages with QoS 1 or 2 that the reader, or with QoS 2 the broker, is not done with.</param>
/// <param name="assuredBytesMax">The same in bytes of their packets.</param>
internal sealed class Inbox(int assuredMax, long assuredBytesMax)
{
    /// <summary>Of waiting QoS 0 messages.</summary>
    public const int CasualMax = 1_000;

    /// <summary>The same in bytes of their packets.</summary>
    public const long CasualBytesMax = 4 * 1024 * 1024;

    private readonly Queue<Entry> waiting = [];
    private readonly Dictionary<ushort, Entry> unacknowledged = [];
    private int link;
    private int casual;
    private long casualBytes;
    private int assured;
    private long assuredBytes;

    /// <summary>QoS 0 messages dropped so far.</summary>
    public long Dropped { get; private set; }

    /// <summary>On a new connection; without a session nothing old can be acknowledged any more.</summary>
    public void StartLink(bool sessionPresent)
    {
        link++;
        if (!sessionPresent)
        {
            unacknowledged.Clear();
        }
    }

    /// <summary>Takes a message. Returns false where it breaks the limit; an acknowledgement where one is due at once.</summary>
    /// <param name="size">Of its packet, in bytes.</param>
    public bool TryAdd(MqttMessage message, ushort packetId, int size, out AckPacket? ack)
    {
        ack = null;
        if (message.Qos == MqttQos.AtMostOnce)
        {
            AddCasual(message, size);
            return true;
        }

        if (unacknowledged.TryGetValue(packetId, out var known))
        {
            // Sent again (MQTT 5.0 §4.4): it waits here still, or the reader was done with it when the connection was gone.
            known.Link = link;
            ack = known.IsDone ? Acknowledge(known) : null;
            return true;
        }

        if (assured >= assuredMax || unacknowledged.Count >= assuredMax || assuredBytes + size > assuredBytesMax)
        {
            return false;
        }

        var entry = new Entry(message, packetId, size) { Link = link };
        unacknowledged.Add(packetId, entry);
        assured++;
        assuredBytes += size;
        waiting.Enqueue(entry);
        return true;
    }

    /// <summary>The oldest message that waits. It stays until <see cref="Finish"/>.</summary>
    public MqttMessage? Peek() => waiting.TryPeek(out var entry) ? entry.Message : null;

    /// <summary>The reader is done with the oldest message: returns what is to be sent for it.</summary>
    public AckPacket? Finish()
    {
        var entry = waiting.Dequeue();
        Uncount(entry);
        entry.MarkDone();
        var isOpen = unacknowledged.TryGetValue(entry.PacketId, out var current) && ReferenceEquals(current, entry);
        return isOpen && entry.Link == link ? Acknowledge(entry) : null;
    }

    /// <summary>Takes PUBREL; returns PUBCOMP.</summary>
    public AckPacket Release(ushort packetId)
    {
        var known = unacknowledged.TryGetValue(packetId, out var entry) && entry.Qos == MqttQos.ExactlyOnce;
        if (known)
        {
            unacknowledged.Remove(packetId);
        }

        var reason = known ? ReasonCode.Success : ReasonCode.PacketIdentifierNotFound;
        return new AckPacket(PacketType.PubComp, packetId, reason);
    }

    private AckPacket Acknowledge(Entry entry)
    {
        if (entry.Qos == MqttQos.ExactlyOnce)
        {
            // Remembered until PUBREL, so that it is not taken twice [MQTT-4.3.3-10].
            return new AckPacket(PacketType.PubRec, entry.PacketId);
        }

        unacknowledged.Remove(entry.PacketId);
        return new AckPacket(PacketType.PubAck, entry.PacketId);
    }

    private void AddCasual(MqttMessage message, int size)
    {
        if (casual >= CasualMax || casualBytes + size > CasualBytesMax)
        {
            Dropped++;
            return;
        }

        casual++;
        casualBytes += size;
        waiting.Enqueue(new Entry(message, 0, size));
    }

    private void Uncount(Entry entry)
    {
        if (entry.Qos == MqttQos.AtMostOnce)
        {
            casual--;
            casualBytes -= entry.Size;
        }
        else
        {
            assured--;
            assuredBytes -= entry.Size;
        }
    }

    private sealed class Entry(MqttMessage message, ushort packetId, int size)
    {
        /// <summary>Null when the reader is done with it: what then is kept of a QoS 2 message is its identifier.</summary>
        public MqttMessage? Message { get; private set; } = message;

        public MqttQos Qos { get; } = message.Qos;

        public ushort PacketId { get; } = packetId;

        public int Size { get; } = size;

        /// <summary>The connection on which it was last received: only there it can be acknowledged.</summary>
        public int Link { get; set; }

        public bool IsDone => Message is null;

        public void MarkDone() => Message = null;
    }
}
