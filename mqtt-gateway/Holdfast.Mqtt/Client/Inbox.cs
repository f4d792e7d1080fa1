using System.Diagnostics.CodeAnalysis;
using Holdfast.Mqtt.Packets;

namespace Holdfast.Mqtt.Client;

/// <summary>
/// Received messages that wait for the reader, and which of them are still to be acknowledged: QoS 1 and 2 only when the
/// reader is done with them, and in the order in which they came [MQTT-4.6.0-2], [MQTT-4.6.0-3], in whatever order it is done.
/// Bounded: a QoS 0 message that finds it full is dropped, as QoS 0 may be; of the others the broker may have only so many unread.
/// </summary>
/// <param name="assuredMax">Messages with QoS 1 or 2 that the reader, or with QoS 2 the broker, is not done with.</param>
/// <param name="assuredBytesMax">The same in bytes of their packets.</param>
/// <param name="dropsWhenFull">False: whoever fills it looks at <see cref="HasRoom"/> between one read and the next.</param>
internal sealed class Inbox(int assuredMax, long assuredBytesMax, bool dropsWhenFull = true)
{
    /// <summary>Of waiting QoS 0 messages.</summary>
    public const int CasualMax = 1_000;

    /// <summary>The same in bytes of their packets.</summary>
    public const long CasualBytesMax = 4 * 1024 * 1024;

    private readonly Queue<Received> waiting = [];
    private readonly Dictionary<ushort, Received> unacknowledged = [];

    /// <summary>Those of this connection that no acknowledgement was sent for.</summary>
    private readonly Queue<Received> order = [];
    private Received? givenBack;
    private int casual;
    private long casualBytes;
    private int assured;
    private long assuredBytes;

    /// <summary>QoS 0 messages dropped so far.</summary>
    public long Dropped { get; private set; }

    public bool HasRoom => casual < CasualMax && casualBytes < CasualBytesMax;

    /// <summary>On a new connection; without a session nothing old can be acknowledged any more.</summary>
    public void StartLink(bool sessionPresent)
    {
        while (order.TryDequeue(out var left))
        {
            left.IsInOrder = false;
        }

        if (!sessionPresent)
        {
            unacknowledged.Clear();
        }
    }

    /// <summary>Takes a message. Returns false where it breaks the limit.</summary>
    /// <param name="size">Of its packet, in bytes.</param>
    public bool TryAdd(MqttMessage message, ushort packetId, int size)
    {
        if (message.Qos == MqttQos.AtMostOnce)
        {
            AddCasual(message, size);
            return true;
        }

        if (unacknowledged.TryGetValue(packetId, out var known))
        {
            // Sent again (MQTT 5.0 §4.4): it waits here still, or the reader was done with it when the connection was gone.
            Line(known);
            return true;
        }

        if (assured >= assuredMax || unacknowledged.Count >= assuredMax || assuredBytes + size > assuredBytesMax)
        {
            return false;
        }

        var received = new Received(message, packetId, size);
        unacknowledged.Add(packetId, received);
        Line(received);
        assured++;
        assuredBytes += size;
        waiting.Enqueue(received);
        return true;
    }

    /// <summary>The oldest message that waits, for the reader, who says with <see cref="Finish"/> when it is done with it.</summary>
    public bool TryTake([NotNullWhen(true)] out Received? received)
    {
        received = givenBack;
        givenBack = null;
        return received is not null || waiting.TryDequeue(out received);
    }

    /// <summary>A reader left in the middle of the message it took last: the next one gets it.</summary>
    public void GiveBack(Received received) => givenBack = received;

    /// <summary>The reader is done with it; again is no mistake.</summary>
    public void Finish(Received received)
    {
        if (received.IsDone)
        {
            return;
        }

        if (received.Qos == MqttQos.AtMostOnce)
        {
            casual--;
            casualBytes -= received.Size;
        }
        else
        {
            assured--;
            assuredBytes -= received.Size;
        }

        received.MarkDone();
    }

    /// <summary>The acknowledgement whose turn it is; null while the reader is not done with the oldest message.</summary>
    public AckPacket? NextAck()
    {
        if (order.TryPeek(out var oldest) && oldest.IsDone)
        {
            order.Dequeue();
            oldest.IsInOrder = false;
            if (oldest.Qos == MqttQos.ExactlyOnce)
            {
                // Remembered until PUBREL, so that it is not taken twice [MQTT-4.3.3-10].
                return new AckPacket(PacketType.PubRec, oldest.PacketId);
            }

            unacknowledged.Remove(oldest.PacketId);
            return new AckPacket(PacketType.PubAck, oldest.PacketId);
        }

        return null;
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

    private void Line(Received received)
    {
        if (!received.IsInOrder)
        {
            received.IsInOrder = true;
            order.Enqueue(received);
        }
    }

    private void AddCasual(MqttMessage message, int size)
    {
        if (dropsWhenFull && (casual >= CasualMax || casualBytes + size > CasualBytesMax))
        {
            Dropped++;
            return;
        }

        casual++;
        casualBytes += size;
        waiting.Enqueue(new Received(message, 0, size));
    }
}
