using Holdfast.Mqtt.Packets;

namespace Holdfast.Mqtt.Client;

/// <summary>From CONNECT to a connection that is up.</summary>
internal sealed partial class ClientCore<TTag>
{
    /// <summary>Of a stranger's text in our words.</summary>
    private const int ReferenceLengthMax = 200;

    private Redirect? redirect;

    /// <summary>Where the broker sent us instead, when it ended the last connection (MQTT 5.0 §4.11), once; null: nowhere.</summary>
    public Redirect? TakeRedirect()
    {
        var taken = redirect;
        redirect = null;
        return taken;
    }

    private void ReceiveConnAck(ConnAckPacket connAck, MonotonicTime now)
    {
        if (connAck.Reason.IsFailure())
        {
            var words = connAck.Reason.InWords(connAck.Properties.ReasonString);
            Hear($"{Broker} refused the connection: {words}{Redirected(connAck.Reason, connAck.Properties)}");
            return;
        }

        if (connAck.SessionPresent && options.SessionExpiry == TimeSpan.Zero)
        {
            Close(ReasonCode.ProtocolError, $"{Broker} says session present after a clean start [MQTT-3.2.2-2]");
            return;
        }

        if (!IsBelieved(connAck.Properties))
        {
            return;
        }

        clientId = connAck.Properties.AssignedClientIdentifier ?? clientId;
        ResponseInformation = connAck.Properties.ResponseInformation;
        limits = BrokerLimits.From(connAck.Properties);
        outgoingAliases = new TopicAliasBook(
            IsV5 ? Math.Min(connAck.Properties.TopicAliasMaximum ?? 0, options.TopicAliasesMax) : 0
        );
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
        var subscribes = !sessionPresent || !connectedBefore;
        connectedBefore = true;
        if (subscribes && SubscribeAgain(now))
        {
            State = LinkState.AwaitingSubAck;
        }
        else
        {
            Rise("", now);
        }
    }

    /// <summary>What the broker wants response topics to start with (§3.2.2.3.15); null: it said nothing.</summary>
    public string? ResponseInformation { get; private set; }

    private void Rise(string remarks, MonotonicTime now)
    {
        upSince = now;
        State = LinkState.Up;
        var renewed = renewal == Renewal.Arriving;
        renewal = Renewal.None;
        var how = renewed ? "connected anew to" : "connected to";
        Connected = new ConnectionChange(true, sessionPresent, $"{how} {Broker}{remarks}") { IsRenewal = renewed };
    }

    private string Redirected(ReasonCode reason, Properties properties)
    {
        if (
            reason is not (ReasonCode.UseAnotherServer or ReasonCode.ServerMoved)
            || properties.ServerReference is not { } reference
        )
        {
            return "";
        }

        redirect = new Redirect(reference, reason == ReasonCode.ServerMoved);
        var safe = reference.Where(c => !char.IsControl(c)).Take(ReferenceLengthMax);
        return $"; it names {string.Concat(safe)}";
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

    private Will? WillPacket()
    {
        if (WillOfThisConnection() is not { } message)
        {
            return null;
        }

        var will = MessageRules.ToWill(message);
        return options.WillDelay == TimeSpan.Zero || !IsV5
            ? will
            : will with
            {
                Properties = will.Properties with { WillDelayInterval = MessageRules.WholeSeconds(options.WillDelay) },
            };
    }

    private ConnectPacket ConnectPacket()
    {
        var seconds = (ushort)Math.Min(ushort.MaxValue, MessageRules.WholeSeconds(options.KeepAlive));
        return new ConnectPacket(options.Version, clientId, options.SessionExpiry == TimeSpan.Zero, seconds)
        {
            Will = WillPacket(),
            UserName = options.UserName,
            Password = MessageRules.NullIfEmpty(options.Password),
            Properties = !IsV5
                ? Properties.None
                : new Properties
                {
                    SessionExpiryInterval =
                        options.SessionExpiry > TimeSpan.Zero ? MessageRules.WholeSeconds(options.SessionExpiry) : null,
                    ReceiveMaximum = options.ReceiveMaximum,
                    MaximumPacketSize = (uint)options.PacketSizeMax,
                    TopicAliasMaximum = TopicAliasMaximum,
                    RequestResponseInformation = options.AsksForResponseInformation ? true : null,
                    AuthenticationMethod = BeginAuthentication(),
                    AuthenticationData = authentication is null
                        ? null
                        : MessageRules.NullIfEmpty(authentication.Begin()),
                },
        };
    }
}

/// <param name="Reference">As the broker said it (MQTT 5.0 §4.11): addresses with spaces between.</param>
/// <param name="IsPermanent">Moved for good, or only for now.</param>
internal readonly record struct Redirect(string Reference, bool IsPermanent);
