using System.Buffers;
using System.Text;
using Holdfast.Mqtt.Packets;

namespace Holdfast.Mqtt.Broker.Persistence;

/// <summary>
/// Reads a record's entries into an image. Deadlines of the wall clock become the monotonic one's; where the wall clock was set back meanwhile, nothing
/// lives longer than it was given at first.
/// </summary>
internal sealed class EntryReader(BrokerImage image, MonotonicTime now, DateTimeOffset wallNow)
{
    /// <summary>Centuries: what lies further away is a damaged clock.</summary>
    private const long SecondsMax = 100L * 366 * 86_400;

    private ReadOnlyMemory<byte> rest;
    private RoutedMessage? current;

    /// <summary>False where the record holds what this version does not know; what stands before it is taken.</summary>
    public bool TryRead(ReadOnlyMemory<byte> record)
    {
        rest = record;
        current = null;
        try
        {
            while (!rest.IsEmpty)
            {
                ReadEntry((Entry)Byte());
            }

            return true;
        }
        catch (InvalidDataException)
        {
            return false;
        }
    }

    private void ReadEntry(Entry kind)
    {
        switch (kind)
        {
            case Entry.Session:
                ReadSession();
                break;
            case Entry.SessionEnd:
                image.End(Number());
                break;
            case Entry.Subscription:
                ReadSubscription();
                break;
            case Entry.Unsubscription:
                var (holder, filter) = (image.Session(Number()), Text());
                holder?.Subscriptions.Remove(filter);
                break;
            case Entry.Message:
                ReadMessage();
                break;
            case Entry.Unretain:
                image.Unretain(Text());
                break;
            case Entry.Delivery:
                ReadDelivery();
                break;
            case Entry.Received:
                var (receiver, taken) = (image.Session(Number()), (ushort)Number());
                receiver?.Received.Add(taken);
                break;
            case Entry.Released:
                var (releaser, freed) = (image.Session(Number()), (ushort)Number());
                releaser?.Received.Remove(freed);
                break;
            case Entry.Flight:
                var (flyer, order, packetId, isReceived) = (
                    image.Session(Number()),
                    Number(),
                    (ushort)Number(),
                    Byte() == 1
                );
                if (flyer is not null)
                {
                    image.Fly(flyer, order, packetId, isReceived);
                }

                break;
            case Entry.Completion:
                var (owner, completed) = (image.Session(Number()), Number());
                if (owner is not null)
                {
                    image.Complete(owner, completed);
                }

                break;
            default:
                throw new InvalidDataException();
        }
    }

    private void ReadSession()
    {
        var session = image.Keep(Number(), Text());
        session.UserName = Text() is { Length: > 0 } user ? user : null;
        var expiry = Number();
        session.Expiry = expiry == 0 ? TimeSpan.MaxValue : TimeSpan.FromSeconds(Math.Clamp(expiry - 1, 0, SecondsMax));
        var isAway = Byte() == 1;
        var end = Number();
        // A connected client's connection broke when the broker did.
        session.ExpiresAt =
            session.Expiry == TimeSpan.MaxValue ? null
            : isAway && end > 0 ? Deadline(end, session.Expiry)
            : now + session.Expiry;
        session.Will = null;
        if (Byte() == 1)
        {
            var (due, delay) = (Number(), TimeSpan.FromSeconds(Math.Clamp(Number(), 0, SecondsMax)));
            var packet = Packet();
            var will = new Will(packet.Topic, packet.Payload, packet.Qos, packet.Retain, packet.Properties);
            var longest = delay < session.Expiry ? delay : session.Expiry;
            session.Will = new PendingWill(will, due > 0 ? Deadline(due, longest) : now + longest);
        }
    }

    private void ReadSubscription()
    {
        var (session, filter, options, id) = (image.Session(Number()), Text(), Byte(), (uint)Number());
        if (session is not null)
        {
            var handling = (RetainHandling)((options >> 4) & 3);
            var subscription = new Subscription(
                filter,
                (MqttQos)(options & 3),
                (options & 4) != 0,
                (options & 8) != 0,
                handling
            );
            session.Subscriptions[filter] = new HeldSubscription(subscription, id);
        }
    }

    private void ReadMessage()
    {
        var (number, isRetained, publisher, end) = (Number(), Byte() == 1, Text(), Number());
        var packet = Packet();
        var longest = TimeSpan.FromSeconds(packet.Properties.MessageExpiryInterval ?? 0);
        var message = new RoutedMessage(packet with { PacketId = 0 }, publisher, now)
        {
            JournalId = number,
            ExpiresAt = end > 0 ? Deadline(end, longest) : null,
        };
        current = image.Add(message);
        if (isRetained)
        {
            image.Retain(current);
        }
    }

    private void ReadDelivery()
    {
        var (session, order, options, count) = (image.Session(Number()), Number(), Byte(), Number());
        var ids = new List<uint>();
        for (var i = 0L; i < count; i++)
        {
            ids.Add((uint)Number());
        }

        if (session is not null && current is not null)
        {
            var delivery = new Delivery(current, (MqttQos)(options & 3), (options & 4) != 0, ids) { Order = order };
            image.Queue(session, delivery, isShared: (options & 8) != 0);
        }
    }

    private MonotonicTime Deadline(long milliseconds, TimeSpan longest)
    {
        var left = TimeSpan.FromMilliseconds(
            Math.Clamp(milliseconds - wallNow.ToUnixTimeMilliseconds(), 0, SecondsMax * 1000)
        );
        return now + (left < longest ? left : longest);
    }

    private PublishPacket Packet()
    {
        var bytes = new ReadOnlySequence<byte>(Take(Number()));
        return PacketDecoder.Decode(ref bytes, MqttVersion.V5, int.MaxValue).Packet as PublishPacket
            ?? throw new InvalidDataException();
    }

    private byte Byte() => Take(1).Span[0];

    private long Number()
    {
        var value = 0UL;
        for (var shift = 0; shift < 64; shift += 7)
        {
            var digit = Byte();
            value |= (ulong)(digit & 0x7F) << shift;
            if (digit < 0x80)
            {
                return (long)value;
            }
        }

        throw new InvalidDataException();
    }

    private string Text() => Encoding.UTF8.GetString(Take(Number()).Span);

    private ReadOnlyMemory<byte> Take(long count)
    {
        if (count < 0 || count > rest.Length)
        {
            throw new InvalidDataException();
        }

        var taken = rest[..(int)count];
        rest = rest[(int)count..];
        return taken;
    }
}
