using Holdfast.Mqtt.Packets;

namespace Holdfast.Mqtt.Client;

/// <summary>What the client does with what the broker says.</summary>
internal sealed partial class ClientCore<TTag>
{
    public void Receive(Packet packet, MonotonicTime now)
    {
        switch (packet)
        {
            case ConnAckPacket connAck when State == LinkState.AwaitingConnAck:
                ReceiveConnAck(connAck, now);
                break;
            case DisconnectPacket disconnect:
                var words = disconnect.Reason.InWords(disconnect.Properties.ReasonString);
                Hear($"{Broker} ended the connection: {words}{Redirected(disconnect.Reason, disconnect.Properties)}");
                break;
            case AuthPacket auth when State is LinkState.AwaitingConnAck or LinkState.Up:
                ReceiveAuth(auth, now);
                break;
            case not ConnAckPacket when State is LinkState.AwaitingSubAck or LinkState.Up:
                ReceiveInSession(packet, now);
                break;
            default:
                Close(ReasonCode.ProtocolError, $"{Broker} sent {packet.Type} when it may not (MQTT 5.0 §4.13.1)");
                break;
        }
    }

    /// <summary>What came is not MQTT.</summary>
    public void Fail(DecodeError error) => Close(error.Reason, $"{Broker} sent what is not MQTT: {error.Text}");

    /// <summary>The reader is done with a message.</summary>
    public void FinishMessage(Received message)
    {
        Inbox.Finish(message);
        SendAcks();
    }

    private void ReceiveInSession(Packet packet, MonotonicTime now)
    {
        switch (packet)
        {
            case PublishPacket publish:
                ReceivePublish(publish);
                break;
            case AckPacket { Type: PacketType.PubRel } release:
                Answer(Inbox.Release(release.PacketId));
                break;
            case AckPacket ack:
                ReceiveAck(ack, now);
                break;
            case SubAckPacket subAck:
                ReceiveSubscriptionAnswer(subAck.PacketId, isSubAck: true, subAck.Reasons, now);
                break;
            case UnsubAckPacket unsubAck:
                ReceiveSubscriptionAnswer(unsubAck.PacketId, isSubAck: false, unsubAck.Reasons, now);
                break;
            case PingPacket { Type: PacketType.PingResp }:
                pingSent = null;
                break;
            default:
                Close(
                    ReasonCode.ProtocolError,
                    $"{Broker} sent {packet.Type}, which only clients send (MQTT 5.0 §2.1.2)"
                );
                break;
        }
    }

    private void ReceivePublish(PublishPacket publish)
    {
        if (aliases.Resolve(publish) is not { Length: > 0 } topic)
        {
            Close(ReasonCode.TopicAliasInvalid, $"{Broker} used a topic alias that means nothing [MQTT-3.3.2-7]");
            return;
        }

        var size = PacketEncoder.Size(publish, options.Version);
        if (!Inbox.TryAdd(MessageRules.ToMessage(publish, topic), publish.PacketId, size))
        {
            Close(ReasonCode.ReceiveMaximumExceeded, $"{Broker} sent far more than our Receive Maximum [MQTT-3.3.4-9]");
            return;
        }

        SendAcks();
    }

    private void SendAcks()
    {
        while (State is LinkState.Up or LinkState.AwaitingSubAck && Inbox.NextAck() is { } ack)
        {
            Answer(ack);
        }
    }
}
