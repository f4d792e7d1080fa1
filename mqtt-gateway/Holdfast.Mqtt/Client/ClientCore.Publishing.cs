using Holdfast.Mqtt.Packets;
using Holdfast.Mqtt.Sessions;

namespace Holdfast.Mqtt.Client;

/// <summary>Messages on their way out.</summary>
internal sealed partial class ClientCore<TTag>
{
    /// <summary>Publishes that wait for room; one more is not taken.</summary>
    public const int WaitingMax = 1_024;

    private readonly Queue<Outgoing<TTag>> waiting = [];
    private readonly OutboundFlow<Outgoing<TTag>> flow = new();
    private readonly Queue<(TTag Tag, PublishOutcome Outcome)> outcomes = [];
    private TopicAliasBook outgoingAliases = new(0);

    /// <summary>Takes a message to be published. Returns the outcome where it is known at once; else it comes with the tag.</summary>
    public PublishOutcome? Offer(MqttMessage message, TTag tag, MonotonicTime now)
    {
        if (MessageRules.Problem(message) is { } invalid)
        {
            return new PublishOutcome(PublishResult.Refused, invalid);
        }

        if (State != LinkState.Up && renewal == Renewal.None)
        {
            return NotDelivered(whyDown);
        }

        var packet = MessageRules.ToPacket(message);
        if (limits.Problem(packet, options.Version) is { } refused)
        {
            return new PublishOutcome(PublishResult.Refused, refused);
        }

        if (waiting.Count >= WaitingMax)
        {
            return NotDelivered($"{WaitingMax} publishes wait already for {Broker}");
        }

        waiting.Enqueue(new Outgoing<TTag>(packet, tag, now));
        return null;
    }

    /// <summary>The outcomes that have become known.</summary>
    public bool TryTakeOutcome(out (TTag Tag, PublishOutcome Outcome) outcome) => outcomes.TryDequeue(out outcome);

    private bool TryTakePublish(MonotonicTime now, out Packet packet, out (bool Has, TTag Tag) written)
    {
        packet = null!;
        written = default;
        if (State != LinkState.Up)
        {
            return false;
        }

        while (flow.TakeResend(now) is { } flight)
        {
            if (Again(flight, now) is { } again)
            {
                packet = again;
                return true;
            }
        }

        return renewal == Renewal.None && TryTakeWaiting(now, out packet, out written);
    }

    private bool TryTakeWaiting(MonotonicTime now, out Packet packet, out (bool Has, TTag Tag) written)
    {
        packet = null!;
        written = default;
        while (waiting.TryPeek(out var next) && next.IsExpired(now))
        {
            waiting.Dequeue();
            outcomes.Enqueue((next.Tag, NotDelivered("it expired before it could be sent")));
        }

        if (!waiting.TryPeek(out var first))
        {
            return false;
        }

        if (first.Packet.Qos == MqttQos.AtMostOnce)
        {
            packet = WithAlias(first.At(now));
            written = (true, first.Tag);
        }
        else if (flow.HasRoom)
        {
            var flight = flow.Begin(first, first.Packet.Qos, now);
            packet = WithAlias(first.At(now) with { PacketId = flight.PacketId });
        }
        else
        {
            return false;
        }

        waiting.Dequeue();
        return true;
    }

    private Packet? Again(Flight<Outgoing<TTag>> flight, MonotonicTime now)
    {
        if (flight.State == FlightState.AwaitingPubComp)
        {
            return new AckPacket(PacketType.PubRel, flight.PacketId);
        }

        var packet = flight.Item.At(now) with { PacketId = flight.PacketId, Duplicate = true };
        if (limits.Problem(packet, options.Version) is not { } refused)
        {
            return WithAlias(packet);
        }

        flow.Abandon(flight);
        outcomes.Enqueue((flight.Item.Tag, new PublishOutcome(PublishResult.Refused, refused)));
        return null;
    }

    /// <summary>Without an alias where that would make the packet too large for the broker: the first use brings topic and alias.</summary>
    private PublishPacket WithAlias(PublishPacket packet)
    {
        if (outgoingAliases.Maximum == 0)
        {
            return packet;
        }

        var fits =
            limits.PacketSizeMax == uint.MaxValue
            || PacketEncoder.Size(packet, options.Version) + TopicAliasBook.BytesMore <= limits.PacketSizeMax;
        return fits ? outgoingAliases.Apply(packet) : packet;
    }

    private void ReceiveAck(AckPacket ack, MonotonicTime now)
    {
        var (effect, flight) = flow.Acknowledge(ack, now);
        switch (effect)
        {
            case AckEffect.Completed:
                var refused = ack.Reason.IsFailure() && ack.Type != PacketType.PubComp;
                var outcome = refused
                    ? new PublishOutcome(
                        PublishResult.Refused,
                        $"{Broker} refused it: {ack.Reason.InWords(ack.Properties.ReasonString)}"
                    )
                    : new PublishOutcome(PublishResult.Delivered, "");
                outcomes.Enqueue((flight!.Item.Tag, outcome));
                break;
            case AckEffect.Release:
                Answer(new AckPacket(PacketType.PubRel, ack.PacketId));
                break;
            case AckEffect.Unknown when ack.Type == PacketType.PubRec:
                Answer(new AckPacket(PacketType.PubRel, ack.PacketId, ReasonCode.PacketIdentifierNotFound));
                break;
            case AckEffect.Wrong:
                Close(ReasonCode.ProtocolError, $"{Broker} sent {ack.Type} for another QoS (MQTT 5.0 §4.3)");
                break;
            case AckEffect.Unknown:
            default:
                // An answer to what we have forgotten, as after a lost session: nothing to do.
                break;
        }
    }

    private void DropWaiting()
    {
        while (waiting.TryDequeue(out var unsent))
        {
            outcomes.Enqueue((unsent.Tag, NotDelivered(whyDown)));
        }
    }

    private static PublishOutcome NotDelivered(string why) => new(PublishResult.NotDelivered, why);
}
