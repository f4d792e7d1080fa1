using Holdfast.Mqtt.Packets;

namespace Holdfast.Mqtt.Broker.Persistence;

/// <summary>
/// Holds back what promises a client that something lasts, until it does: PUBACK, PUBREC, PUBCOMP, SUBACK, UNSUBACK, the CONNACK of a session that is
/// kept; and what a client that takes QoS 2 must not see twice. Acknowledgements stay in order [MQTT-4.6.0-2]; a PINGRESP does not wait.
/// </summary>
internal sealed class PromiseGate(IBrokerJournal journal)
{
    private readonly HashSet<Link> waiting = [];

    public IBrokerJournal Journal => journal;

    /// <summary>Begins a step of the core for a link: what it says depends on what is remembered from here on.</summary>
    public void Begin(Link link) => link.Mark = journal.Position;

    /// <summary>What is said next depends on all that was remembered so far.</summary>
    public static void DependOnAll(Link link) => link.Mark = -1;

    /// <summary>Whether a packet must wait behind the gate; then it is behind it.</summary>
    public bool Holds(Link link, Packet packet)
    {
        var depends = journal.Position > link.Mark && journal.Durable < journal.Position;
        if (!depends && (link.Promised.Count == 0 || packet is PingPacket or DisconnectPacket))
        {
            return false;
        }

        if (link.Promised.Count == 0)
        {
            waiting.Add(link);
        }

        link.Promised.Enqueue((packet, depends ? journal.Position : 0));
        return true;
    }

    /// <summary>The next packet that has waited long enough.</summary>
    public bool TryPass(Link link, out Packet packet)
    {
        packet = null!;
        if (link.Promised.TryPeek(out var first) && first.Position <= journal.Durable)
        {
            packet = link.Promised.Dequeue().Packet;
            return true;
        }

        return false;
    }

    /// <summary>Whether nothing at all may be sent: the client does not yet know that it is connected.</summary>
    public static bool IsShut(Link link) => link.Promised.TryPeek(out var first) && first.Packet is ConnAckPacket;

    /// <summary>More is on disk.</summary>
    public void Open()
    {
        foreach (var link in waiting)
        {
            link.Wake();
        }

        waiting.RemoveWhere(link => link.Promised.Count == 0);
    }

    /// <summary>The links that wait for what does not come.</summary>
    public IReadOnlyList<Link> Stuck() => [.. waiting.Where(link => link.Promised.Count > 0 && !link.IsClosing)];
}
