using Holdfast.Mqtt.Packets;
using Holdfast.Mqtt.Sessions;

namespace Holdfast.Mqtt.Client;

/// <summary>What the client does with what the broker says, and with its silence.</summary>
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
                Hear($"{Broker} ended the connection: {words}");
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

    /// <summary>Looks at the clock: pings, and gives up a broker that owes an answer too long. To be called now and then.</summary>
    public void Tick(MonotonicTime now)
    {
        if (State == LinkState.Down)
        {
            if (lostAt is { } lost && now - lost > options.SessionExpiry)
            {
                EndSession($"no connection to {Broker} for longer than the session lasts; last: {whyDown}");
            }

            return;
        }

        if (OldestQuestion() is { } asked && now - asked.At > options.ResponseTimeout)
        {
            Close(ReasonCode.UnspecifiedError, $"{Broker} did not answer {asked.Question} in time");
        }
        else if (
            State == LinkState.Up
            && keepAlive > TimeSpan.Zero
            && pingSent is null
            && now - lastSent >= keepAlive * 0.7
        )
        {
            pingSent = now;
            control.Enqueue(PingPacket.Request);
        }
    }

    /// <summary>How often <see cref="Tick"/> is due, so that neither ping nor timeout comes late.</summary>
    public static TimeSpan TickPeriod(MqttClientOptions options)
    {
        var shortest =
            options.KeepAlive > TimeSpan.Zero && options.KeepAlive < options.ResponseTimeout
                ? options.KeepAlive
                : options.ResponseTimeout;
        return TimeSpan.FromMilliseconds(Math.Clamp(shortest.TotalMilliseconds / 8, 10, 2_000));
    }

    private (string Question, MonotonicTime At)? OldestQuestion()
    {
        if (State == LinkState.AwaitingConnAck)
        {
            return ("CONNECT", linkStarted);
        }

        if (subscribeSent is { } subscribe)
        {
            return ("SUBSCRIBE", subscribe);
        }

        if (pingSent is { } ping)
        {
            return ("PINGREQ", ping);
        }

        var sent = flow.Flights.Where(flight => flight.SentAt is not null).Select(flight => flight.SentAt!.Value);
        return sent.Cast<MonotonicTime?>().Min() is { } oldest ? ("a publish", oldest) : null;
    }

    private void ReceiveConnAck(ConnAckPacket connAck, MonotonicTime now)
    {
        if (connAck.Reason.IsFailure())
        {
            var reference = connAck.Properties.ServerReference is { } other ? $"; it names {other}" : "";
            Hear(
                $"{Broker} refused the connection: {connAck.Reason.InWords(connAck.Properties.ReasonString)}{reference}"
            );
            return;
        }

        if (connAck.SessionPresent && options.SessionExpiry == TimeSpan.Zero)
        {
            Close(ReasonCode.ProtocolError, $"{Broker} says session present after a clean start [MQTT-3.2.2-2]");
            return;
        }

        clientId = connAck.Properties.AssignedClientIdentifier ?? clientId;
        limits = BrokerLimits.From(connAck.Properties);
        keepAlive = connAck.Properties.ServerKeepAlive is { } seconds
            ? TimeSpan.FromSeconds(seconds)
            : options.KeepAlive;
        sessionPresent = connAck.SessionPresent;
        if (!sessionPresent)
        {
            EndSession($"{Broker} no longer had the session");
        }

        Inbox.StartLink(sessionPresent);
        flow.StartLink(limits.ReceiveMaximum);
        lostAt = null;
        // Another run of this program may have left a session with other subscriptions.
        var subscribes = options.Subscriptions.Count > 0 && (!sessionPresent || !connectedBefore);
        connectedBefore = true;
        if (subscribes)
        {
            Subscribe(now);
        }
        else
        {
            Rise("", now);
        }
    }

    private void Subscribe(MonotonicTime now)
    {
        State = LinkState.AwaitingSubAck;
        subscribeSent = now;
        var isV5 = options.Version == MqttVersion.V5;
        var subscriptions = options.Subscriptions.Select(s => new Subscription(s.Filter, s.Qos, isV5 && s.NoLocal));
        control.Enqueue(new SubscribePacket(flow.FreeId(), [.. subscriptions], Properties.None));
    }

    private void ReceiveSubAck(SubAckPacket subAck, MonotonicTime now)
    {
        if (State != LinkState.AwaitingSubAck || subAck.Reasons.Count != options.Subscriptions.Count)
        {
            Close(ReasonCode.ProtocolError, $"{Broker} sent a SUBACK that answers nothing (MQTT 5.0 §3.9)");
            return;
        }

        subscribeSent = null;
        var refused = options
            .Subscriptions.Zip(subAck.Reasons)
            .Where(pair => pair.Second.IsFailure())
            .Select(pair => $"; subscription {pair.First.Filter} refused: {pair.Second.InWords()}");
        Rise(string.Concat(refused), now);
    }

    private void Rise(string remarks, MonotonicTime now)
    {
        upSince = now;
        State = LinkState.Up;
        Connected = new ConnectionChange(true, sessionPresent, $"connected to {Broker}{remarks}");
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
                ReceiveSubAck(subAck, now);
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
        if (!Inbox.TryAdd(MessageRules.ToMessage(publish, topic), publish.PacketId, size, out var ack))
        {
            Close(ReasonCode.ReceiveMaximumExceeded, $"{Broker} sent far more than our Receive Maximum [MQTT-3.3.4-9]");
        }
        else if (ack is not null)
        {
            Answer(ack);
        }
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

    /// <summary>The broker has closed, or will: nothing more may be sent (§3.14.4).</summary>
    private void Hear(string why)
    {
        State = LinkState.Closing;
        Failure = why;
        control.Clear();
    }

    private MqttMessage? WillOfThisConnection()
    {
        if (options.WillPerConnection is not { } make)
        {
            return options.Will;
        }

        var will = make();
        if (will is not null)
        {
            OptionRules.RequireWill(will);
        }

        return will;
    }

    private ConnectPacket ConnectPacket()
    {
        var isV5 = options.Version == MqttVersion.V5;
        var seconds = (ushort)Math.Min(ushort.MaxValue, MessageRules.WholeSeconds(options.KeepAlive));
        return new ConnectPacket(options.Version, clientId, options.SessionExpiry == TimeSpan.Zero, seconds)
        {
            Will = WillOfThisConnection() is { } will ? MessageRules.ToWill(will) : null,
            UserName = options.UserName,
            Password = MessageRules.NullIfEmpty(options.Password),
            Properties = !isV5
                ? Properties.None
                : new Properties
                {
                    SessionExpiryInterval =
                        options.SessionExpiry > TimeSpan.Zero ? MessageRules.WholeSeconds(options.SessionExpiry) : null,
                    ReceiveMaximum = ReceiveMaximum,
                    MaximumPacketSize = (uint)options.PacketSizeMax,
                    TopicAliasMaximum = TopicAliasMaximum,
                },
        };
    }
}
