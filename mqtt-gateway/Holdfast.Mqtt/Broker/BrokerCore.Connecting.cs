using System.Globalization;
using Holdfast.Mqtt.Broker.Access;
using Holdfast.Mqtt.Packets;
using Holdfast.Mqtt.Sessions;

namespace Holdfast.Mqtt.Broker;

/// <summary>CONNECT and DISCONNECT (§3.1, §3.2, §3.14, §4.1).</summary>
internal sealed partial class BrokerCore
{
    private void Connect(Link link, ConnectPacket packet, MonotonicTime now)
    {
        link.Version = packet.Version;
        if (packet.Properties.AuthenticationMethod is not null)
        {
            Refuse(link, ReasonCode.BadAuthenticationMethod);
            return;
        }

        // 3.1.1 lets the server name a client only for a session that ends with the connection (3.1.1 [MQTT-3.1.3-8]).
        var mayBeNamed = packet.Version == MqttVersion.V5 || packet.CleanStart;
        if (packet.ClientId.Length > ClientIdLengthMax || (packet.ClientId.Length == 0 && !mayBeNamed))
        {
            Refuse(link, ReasonCode.ClientIdentifierNotValid);
            return;
        }

        if (packet.UserName?.Length > UserNameLengthMax)
        {
            Refuse(link, ReasonCode.BadUserNameOrPassword);
            return;
        }

        var clientId = packet.ClientId.Length > 0 ? packet.ClientId : NewClientId();
        var client = new BrokerClient(clientId, link.CertifiedName ?? packet.UserName, link.Address, packet.Version);
        if (Verdict(link, client, packet) is { } refusal)
        {
            Refuse(link, refusal);
            return;
        }

        var lasts = sessions.GetValueOrDefault(clientId) is { JournalId: > 0 } || ExpiryFor(packet) > TimeSpan.Zero;
        if (lasts && !journal.IsAccepting)
        {
            Refuse(link, ReasonCode.QuotaExceeded, "the broker's disk takes nothing");
            return;
        }

        if (TakeSession(link, client, packet.CleanStart, now, out var session, out var sessionPresent))
        {
            link.Client = client;
            Attach(link, session, packet);
            var isNamed = packet.ClientId.Length == 0;
            link.Send(new ConnAckPacket(sessionPresent, ReasonCode.Success, Welcome(link, packet, session, isNamed)));
        }
        else
        {
            Refuse(link, ReasonCode.QuotaExceeded);
        }
    }

    private ReasonCode? Verdict(Link link, BrokerClient client, ConnectPacket packet)
    {
        var verdict =
            link.CertifiedName is not null || link.IsPasswordRight == true
                ? link.Policy.MayConnectAuthenticated(client)
                : link.Policy.MayConnect(client, (packet.Password ?? default).Span);
        if (verdict != ConnectVerdict.Accept)
        {
            return verdict == ConnectVerdict.BadUserNameOrPassword
                ? ReasonCode.BadUserNameOrPassword
                : ReasonCode.NotAuthorized;
        }

        if (IsAnothers(link, client))
        {
            return ReasonCode.NotAuthorized;
        }

        if (link.Policy.QuotaFor(client).ConnectionsPerUserMax is { } most && ConnectionsOf(client) >= most)
        {
            return ReasonCode.QuotaExceeded;
        }

        if (packet.Will is not { } will)
        {
            return null;
        }

        return !MayPublish(link, client, will.Topic) ? ReasonCode.NotAuthorized
            : RoutedMessage.SizeOf(will) > MqttBrokerOptions.WillBytesMax ? ReasonCode.PacketTooLarge
            : null;
    }

    /// <summary>Where names are proven, nobody takes over the session of another user by its client identifier.</summary>
    private bool IsAnothers(Link link, BrokerClient client) =>
        link.Policy is IPasswordCheck
        && sessions.GetValueOrDefault(client.ClientId) is { } existing
        && existing.Owner.UserName != client.UserName;

    /// <summary>Other connections of the same user, or of one without a name from the same address; a client that connects anew takes the place of its own.</summary>
    private int ConnectionsOf(BrokerClient client) =>
        links.Count(other =>
            other is { IsClosing: false, Client: { } connected }
            && connected.UserName == client.UserName
            && (client.UserName is not null || connected.Address.Equals(client.Address))
            && connected.ClientId != client.ClientId
        );

    /// <summary>Finds the client's session or makes one; another connection with it is ended [MQTT-3.1.4-3].</summary>
    private bool TakeSession(
        Link link,
        BrokerClient client,
        bool cleanStart,
        MonotonicTime now,
        out Session session,
        out bool sessionPresent
    )
    {
        var clientId = client.ClientId;
        if (sessions.TryGetValue(clientId, out var existing) && existing.Link is { } other)
        {
            Close(other, ReasonCode.SessionTakenOver, now);
        }

        if (existing is not null && cleanStart)
        {
            End(existing, now);
        }

        sessionPresent = existing is { HasEnded: false };
        session = sessionPresent
            ? existing!
            : new Session(clientId, new DeliveryQueue(options, budget)) { Owner = client, Policy = link.Policy };
        (session.Owner, session.Policy) = (client, link.Policy);
        if (sessionPresent)
        {
            // The client is back before the delay of its will has passed [MQTT-3.1.3-9].
            session.PendingWill = null;
            return true;
        }

        return sessions.Count < options.SessionsMax && sessions.TryAdd(clientId, session);
    }

    private void Attach(Link link, Session session, ConnectPacket packet)
    {
        var properties = packet.Properties;
        session.Link = link;
        session.ExpiresAt = null;
        session.Expiry = ExpiryFor(packet);
        session.Flow.StartLink(properties.ReceiveMaximum ?? ushort.MaxValue);
        link.Session = session;
        link.Will = packet.Will;
        link.PacketSizeMax = properties.MaximumPacketSize ?? uint.MaxValue;
        link.Aliases = new TopicAliases(packet.Version == MqttVersion.V5 ? TopicAliasMaximum : 0);
        var keepAlive = KeepAliveFor(packet);
        link.SilenceMax = keepAlive > TimeSpan.Zero ? keepAlive * 1.5 : null;
        journal.Keep(session);
    }

    private TimeSpan ExpiryFor(ConnectPacket packet)
    {
        if (packet.Version == MqttVersion.V311)
        {
            return packet.CleanStart ? TimeSpan.Zero : options.SessionExpiryMax;
        }

        return Shortened(packet.Properties.SessionExpiryInterval ?? 0);
    }

    private TimeSpan Shortened(uint seconds)
    {
        var asked = seconds == uint.MaxValue ? TimeSpan.MaxValue : TimeSpan.FromSeconds(seconds);
        return asked < options.SessionExpiryMax ? asked : options.SessionExpiryMax;
    }

    /// <summary>A 3.1.1 client cannot be told another keep alive than its own.</summary>
    private TimeSpan KeepAliveFor(ConnectPacket packet)
    {
        var asked = TimeSpan.FromSeconds(packet.KeepAliveSeconds);
        var isShortEnough = asked > TimeSpan.Zero && asked <= options.KeepAliveMax;
        return packet.Version == MqttVersion.V311 || isShortEnough ? asked : options.KeepAliveMax;
    }

    /// <summary>What an MQTT 5 client must know of us (§3.2.2.3).</summary>
    private Properties Welcome(Link link, ConnectPacket packet, Session session, bool isNamed)
    {
        if (packet.Version != MqttVersion.V5)
        {
            return Properties.None;
        }

        var keepAlive = (ushort)Math.Min(ushort.MaxValue, KeepAliveFor(packet).TotalSeconds);
        var expiry = session.Expiry == TimeSpan.MaxValue ? uint.MaxValue : MessageRules.WholeSeconds(session.Expiry);
        return new Properties
        {
            SessionExpiryInterval = expiry == (packet.Properties.SessionExpiryInterval ?? 0) ? null : expiry,
            ReceiveMaximum = (ushort)options.ReceiveMaximum,
            MaximumPacketSize = (uint)options.PacketSizeMax,
            AssignedClientIdentifier = isNamed ? link.Client!.ClientId : null,
            TopicAliasMaximum = TopicAliasMaximum,
            ServerKeepAlive = keepAlive == packet.KeepAliveSeconds ? null : keepAlive,
            SharedSubscriptionAvailable = false,
        };
    }

    private static void Refuse(Link link, ReasonCode reason, string? text = null)
    {
        var properties = text is null ? Properties.None : new Properties { ReasonString = text };
        link.IsClosing = true;
        link.Send(new ConnAckPacket(false, reason, properties));
    }

    private void Disconnect(Link link, Session session, DisconnectPacket packet, MonotonicTime now)
    {
        if (packet.Properties.SessionExpiryInterval is { } seconds)
        {
            if (session.Expiry == TimeSpan.Zero && seconds > 0)
            {
                Close(link, ReasonCode.ProtocolError, now, "a session expiry where CONNECT had none (§3.14.2.2.2)");
                return;
            }

            session.Expiry = Shortened(seconds);
        }

        link.IsClosing = true;
        link.Control.Clear();
        link.Promised.Clear();
        link.Wake();
        // [MQTT-3.14.4-3]: the will is not sent, unless the client asks for it with 0x04.
        Detach(link, sendWill: packet.Reason != ReasonCode.Success, now);
    }

    private string NewClientId()
    {
        string id;
        do
        {
            id = string.Create(CultureInfo.InvariantCulture, $"auto-{random.NextUInt64():x16}");
        } while (sessions.ContainsKey(id));

        return id;
    }
}
