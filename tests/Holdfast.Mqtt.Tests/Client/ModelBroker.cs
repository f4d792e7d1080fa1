using Holdfast.Mqtt.Packets;
using Xunit;
using Properties = Holdfast.Mqtt.Packets.Properties;

namespace Holdfast.Mqtt.Tests.Client;

/// <summary>
/// The smallest broker with one session that keeps MQTT's promises, and checks that the client keeps its own. What is published comes
/// back to the same client. A connection may be cut at any packet; the session lives on.
/// </summary>
internal sealed class ModelBroker(int receiveMaximum)
{
    private readonly List<Sent> outbound = [];
    private readonly Queue<PublishPacket> queued = [];
    private readonly HashSet<ushort> received = [];
    private readonly HashSet<ushort> unanswered = [];
    private readonly Queue<ushort> awaitingFirstAck = [];
    private int clientReceiveMaximum;
    private ushort lastId;
    private bool hasSession;

    /// <summary>What is on its way to the client.</summary>
    public Queue<Packet> Wire { get; } = [];

    /// <summary>The connection is gone, and what was on it.</summary>
    public void Cut()
    {
        Wire.Clear();
        unanswered.Clear();
        awaitingFirstAck.Clear();
    }

    public void Receive(Packet packet)
    {
        switch (packet)
        {
            case ConnectPacket connect:
                Welcome(connect);
                break;
            case SubscribePacket subscribe:
                var reasons = subscribe.Subscriptions.Select(s => (ReasonCode)(byte)s.Qos).ToList();
                Wire.Enqueue(new SubAckPacket(subscribe.PacketId, reasons, Properties.None));
                break;
            case PublishPacket publish:
                ReceivePublish(publish);
                break;
            case AckPacket { Type: PacketType.PubRel } release:
                received.Remove(release.PacketId);
                unanswered.Remove(release.PacketId);
                Wire.Enqueue(new AckPacket(PacketType.PubComp, release.PacketId));
                break;
            case AckPacket ack:
                ReceiveAck(ack);
                break;
            case PingPacket:
                Wire.Enqueue(PingPacket.Response);
                break;
        }

        SendQueued();
    }

    private void Welcome(ConnectPacket connect)
    {
        clientReceiveMaximum = connect.Properties.ReceiveMaximum ?? ushort.MaxValue;
        var limits = new Properties { ReceiveMaximum = (ushort)receiveMaximum, TopicAliasMaximum = 2 };
        Wire.Enqueue(new ConnAckPacket(hasSession, ReasonCode.Success, limits));
        hasSession = true;
        foreach (var sent in outbound)
        {
            if (sent.IsReleased)
            {
                Wire.Enqueue(new AckPacket(PacketType.PubRel, sent.Packet.PacketId));
            }
            else
            {
                Wire.Enqueue(sent.Packet with { Duplicate = true });
                awaitingFirstAck.Enqueue(sent.Packet.PacketId);
            }
        }
    }

    private void ReceivePublish(PublishPacket publish)
    {
        Assert.True(unanswered.Add(publish.PacketId), "an identifier is used twice [MQTT-2.2.1-3]");
        Assert.True(unanswered.Count <= receiveMaximum, "our Receive Maximum is broken [MQTT-3.3.4-9]");
        if (publish.Qos == MqttQos.AtLeastOnce)
        {
            queued.Enqueue(publish);
            unanswered.Remove(publish.PacketId);
            Wire.Enqueue(new AckPacket(PacketType.PubAck, publish.PacketId));
            return;
        }

        if (received.Add(publish.PacketId))
        {
            queued.Enqueue(publish);
        }

        Wire.Enqueue(new AckPacket(PacketType.PubRec, publish.PacketId));
    }

    private void ReceiveAck(AckPacket ack)
    {
        var sent = outbound.Find(s => s.Packet.PacketId == ack.PacketId);
        Assert.True(sent is not null, $"{ack.Type} for what was not sent");
        if (ack.Type == PacketType.PubComp)
        {
            outbound.Remove(sent);
            return;
        }

        Assert.Equal(awaitingFirstAck.Dequeue(), ack.PacketId);
        if (ack.Type == PacketType.PubAck)
        {
            outbound.Remove(sent);
            return;
        }

        sent.IsReleased = true;
        Wire.Enqueue(new AckPacket(PacketType.PubRel, ack.PacketId));
    }

    private void SendQueued()
    {
        while (outbound.Count < clientReceiveMaximum && queued.TryDequeue(out var next))
        {
            lastId = (ushort)(lastId % 1_000 + 1);
            var packet = new PublishPacket(next.Topic, next.Payload, next.Qos) { PacketId = lastId };
            outbound.Add(new Sent(packet));
            awaitingFirstAck.Enqueue(lastId);
            Wire.Enqueue(packet);
        }
    }

    private sealed class Sent(PublishPacket packet)
    {
        public PublishPacket Packet => packet;

        public bool IsReleased { get; set; }
    }
}
