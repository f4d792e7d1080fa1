using Holdfast.Mqtt.Packets;

namespace Holdfast.Mqtt.Broker.Persistence;

/// <summary>
/// Turns the core's changes into entries, and rewrites what is still alive when the log has grown. It does no I/O: its owner takes the entries,
/// writes them, and says how far it came. Wear: a retained message with QoS 0, which nobody is promised, is written only every so often, and of
/// several only the last.
/// </summary>
/// <param name="image">What the log held, for the numbers.</param>
/// <param name="wall">Turns a deadline into the wall clock's, which survives a restart.</param>
internal sealed class BrokerJournal(BrokerImage image, Func<MonotonicTime, DateTimeOffset> wall) : IBrokerJournal
{
    /// <summary>What may wait for the disk, in bytes.</summary>
    private const int PendingMax = 8 * 1024 * 1024;

    /// <summary>Of retained messages with QoS 0 that wait for their time: what is set and cleared again must not pile up meanwhile.</summary>
    private const int CasualMax = 8 * 1024 * 1024;

    private readonly Dictionary<string, RoutedMessage> casual = new(StringComparer.Ordinal);
    private int casualBytes;
    private readonly List<int> cuts = [];
    private EntryWriter entries = new();
    private RoutedMessage? current;
    private bool isRouting;
    private long lastSession = image.LastSession;
    private long lastMessage = image.LastMessage;

    public long Position { get; private set; }

    public long Durable { get; private set; }

    public bool IsAccepting { get; set; } = true;

    /// <summary>Topics whose retained message with QoS 0 waits for its time.</summary>
    public int CasualCount => casual.Count;

    /// <summary>Remembered and not taken yet.</summary>
    public int PendingBytes => entries.Length;

    public bool HasRoom => entries.Length < PendingMax;

    /// <summary>Called when the first entry comes after a <see cref="Take"/>.</summary>
    public Action Wake { get; set; } = () => { };

    /// <summary>All entries since the last time.</summary>
    /// <param name="spare">An empty one to go on with.</param>
    /// <param name="starts">Where a record may begin.</param>
    public EntryWriter Take(EntryWriter spare, List<int> starts)
    {
        Invariant.Require(spare != entries && spare.Length == 0, "what is taken is nobody's else");
        var taken = entries;
        starts.AddRange(cuts);
        cuts.Clear();
        (entries, current, isRouting) = (spare, null, false);
        return taken;
    }

    public void Commit(long position) => Durable = position;

    /// <summary>Retained messages with QoS 0 that changed since the last time.</summary>
    public void WriteCasual()
    {
        foreach (var message in casual.Values)
        {
            Begin();
            WriteRetained(message);
        }

        casual.Clear();
        casualBytes = 0;
    }

    public void Begin() => isRouting = false;

    public void Keep(Session session)
    {
        if (session.Expiry == TimeSpan.Zero)
        {
            End(session);
            return;
        }

        if (session.JournalId == 0)
        {
            session.JournalId = ++lastSession;
        }

        var link = session.Link;
        Begin(Entry.Session);
        entries.Number(session.JournalId);
        entries.Text(session.ClientId);
        entries.Text(session.Owner.UserName ?? "");
        entries.Number(session.Expiry == TimeSpan.MaxValue ? 0 : 1 + (long)Math.Ceiling(session.Expiry.TotalSeconds));
        entries.Byte((byte)(link is null ? 1 : 0));
        entries.Number(session.ExpiresAt is { } end ? Milliseconds(end) : 0);
        WriteWill(link?.Will ?? session.PendingWill?.Will, session.PendingWill);
    }

    public void End(Session session)
    {
        if (session.JournalId > 0)
        {
            Begin(Entry.SessionEnd);
            entries.Number(session.JournalId);
            session.JournalId = 0;
        }
    }

    public void Subscribe(Session session, HeldSubscription held)
    {
        if (session.JournalId == 0)
        {
            return;
        }

        var (subscription, id) = held;
        Begin(Entry.Subscription);
        entries.Number(session.JournalId);
        entries.Text(subscription.Filter);
        entries.Byte(
            (byte)(
                (int)subscription.Qos
                | (subscription.NoLocal ? 4 : 0)
                | (subscription.RetainAsPublished ? 8 : 0)
                | ((int)subscription.RetainHandling << 4)
            )
        );
        entries.Number(id);
    }

    public void Unsubscribe(Session session, string filter)
    {
        if (session.JournalId > 0)
        {
            Begin(Entry.Unsubscription);
            entries.Number(session.JournalId);
            entries.Text(filter);
        }
    }

    public void Retain(RoutedMessage message)
    {
        var topic = message.Packet.Topic;
        if (topic.StartsWith('$'))
        {
            return;
        }

        if (casual.Remove(topic, out var before))
        {
            casualBytes -= before.Size;
        }

        if (message.Packet.Qos != MqttQos.AtMostOnce)
        {
            WriteRetained(message);
            return;
        }

        casual[topic] = message;
        casualBytes += message.Size;
        if (casualBytes > CasualMax)
        {
            WriteCasual();
        }
    }

    public void Queue(Session session, Delivery delivery)
    {
        if (session.JournalId == 0)
        {
            return;
        }

        if (current != delivery.Message)
        {
            WriteMessage(delivery.Message, isRetained: false);
        }

        Follow(Entry.Delivery);
        entries.Number(session.JournalId);
        entries.Number(delivery.Order);
        entries.Byte((byte)((int)delivery.Qos | (delivery.Retain ? 4 : 0) | (delivery.Group is null ? 0 : 8)));
        entries.Number(delivery.SubscriptionIds.Count);
        foreach (var id in delivery.SubscriptionIds)
        {
            entries.Number(id);
        }
    }

    public void Receive(Session session, ushort packetId)
    {
        if (session.JournalId > 0)
        {
            Follow(Entry.Received);
            entries.Number(session.JournalId);
            entries.Number(packetId);
        }
    }

    public void Release(Session session, ushort packetId)
    {
        if (session.JournalId > 0)
        {
            Begin(Entry.Released);
            entries.Number(session.JournalId);
            entries.Number(packetId);
        }
    }

    public void Fly(Session session, Delivery delivery, ushort packetId, bool isReceived)
    {
        if (session.JournalId > 0)
        {
            Begin(Entry.Flight);
            entries.Number(session.JournalId);
            entries.Number(delivery.Order);
            entries.Number(packetId);
            entries.Byte((byte)(isReceived ? 1 : 0));
        }
    }

    public void Complete(Session session, Delivery delivery)
    {
        if (session.JournalId > 0)
        {
            Begin(Entry.Completion);
            entries.Number(session.JournalId);
            entries.Number(delivery.Order);
        }
    }

    public void WriteRetained(RoutedMessage message)
    {
        if (message.Packet.Payload.IsEmpty)
        {
            Begin(Entry.Unretain);
            entries.Text(message.Packet.Topic);
        }
        else
        {
            WriteMessage(message, isRetained: true);
        }
    }

    /// <summary>A record may begin with it, unless it comes in the middle of a publish.</summary>
    private void Begin(Entry kind)
    {
        if (!isRouting)
        {
            current = null;
            cuts.Add(entries.Length);
        }

        Follow(kind);
    }

    private void Follow(Entry kind)
    {
        if (entries.Length == 0)
        {
            Wake();
        }

        Position++;
        entries.Byte((byte)kind);
    }

    private void WriteMessage(RoutedMessage message, bool isRetained)
    {
        if (message.JournalId == 0)
        {
            message.JournalId = ++lastMessage;
        }

        Begin(Entry.Message);
        entries.Number(message.JournalId);
        entries.Byte((byte)(isRetained ? 1 : 0));
        entries.Text(message.Publisher);
        entries.Number(message.ExpiresAt is { } end ? Milliseconds(end) : 0);
        WritePacket(message.Packet);
        (current, isRouting) = (message, true);
    }

    private void WriteWill(Will? will, PendingWill? pending)
    {
        entries.Byte((byte)(will is null ? 0 : 1));
        if (will is not null)
        {
            entries.Number(pending is { } due ? Milliseconds(due.Due) : 0);
            entries.Number(will.Properties.WillDelayInterval ?? 0);
            var properties = will.Properties with { WillDelayInterval = null };
            WritePacket(
                new PublishPacket(will.Topic, will.Payload, will.Qos) { Retain = will.Retain, Properties = properties }
            );
        }
    }

    private void WritePacket(PublishPacket packet)
    {
        // QoS 1 and 2 need an identifier to be a packet; it means nothing here.
        var whole = packet.Qos == MqttQos.AtMostOnce ? packet : packet with { PacketId = 1 };
        entries.Number(PacketEncoder.Size(whole, MqttVersion.V5));
        PacketEncoder.Write(entries, whole, MqttVersion.V5);
    }

    private long Milliseconds(MonotonicTime deadline) => Math.Max(1, wall(deadline).ToUnixTimeMilliseconds());
}
