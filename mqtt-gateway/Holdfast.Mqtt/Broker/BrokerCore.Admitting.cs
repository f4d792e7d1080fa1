using Holdfast.Mqtt.Broker.Access;
using Holdfast.Mqtt.Broker.Authentication;
using Holdfast.Mqtt.Packets;
using Holdfast.Mqtt.Sessions;

namespace Holdfast.Mqtt.Broker;

/// <summary>A client that has said who it is gets its session and learns what to know of us (§3.2, §4.1).</summary>
internal sealed partial class BrokerCore
{
    /// <param name="proof">Of enhanced authentication, successful; null: the password decides.</param>
    private void Admit(Link link, ConnectPacket packet, AuthenticationStep? proof, MonotonicTime now)
    {
        var clientId = packet.ClientId.Length > 0 ? packet.ClientId : NewClientId();
        var userName = proof is { } proven ? proven.UserName : link.CertifiedName ?? packet.UserName;
        var client = new BrokerClient(clientId, userName, link.Address, packet.Version);
        if (Verdict(link, client, packet, proof is not null) is { } refusal)
        {
            Refuse(link, refusal);
            return;
        }

        if (redirect is { } elsewhere)
        {
            Refuse(link, ReasonOf(elsewhere), reference: elsewhere.Reference);
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
            var welcome = Welcome(link, packet, session);
            if (proof is { } step)
            {
                welcome.AuthenticationMethod = link.AuthenticationMethod;
                welcome.AuthenticationData = MessageRules.NullIfEmpty(step.Data);
            }

            link.Send(new ConnAckPacket(sessionPresent, ReasonCode.Success, welcome));
            foreach (var filter in session.Subscriptions.Keys.Where(TopicFilter.IsShared))
            {
                Relieve(filter);
            }
        }
        else
        {
            Refuse(link, ReasonCode.QuotaExceeded);
        }
    }

    private ReasonCode? Verdict(Link link, BrokerClient client, ConnectPacket packet, bool isProven)
    {
        var verdict =
            isProven || link.CertifiedName is not null || link.IsPasswordRight == true
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
        link.AssignedAliases = new AssignedAliases(
            Math.Min(properties.TopicAliasMaximum ?? 0, options.AssignedTopicAliasMaximum)
        );
        link.Aliases = new TopicAliases(packet.Version == MqttVersion.V5 ? options.TopicAliasMaximum : 0);
        var keepAlive = KeepAliveFor(packet);
        link.SilenceMax = keepAlive > TimeSpan.Zero ? keepAlive * 1.5 : null;
        journal.Keep(session);
    }

    private TimeSpan ExpiryFor(ConnectPacket packet)
    {
        if (packet.Version != MqttVersion.V5)
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
        return packet.Version != MqttVersion.V5 || isShortEnough ? asked : options.KeepAliveMax;
    }

    /// <summary>What an MQTT 5 client must know of us (§3.2.2.3).</summary>
    private Properties Welcome(Link link, ConnectPacket packet, Session session)
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
            MaximumPacketSize = options.PacketSizeMax < PacketDecoder.SizeMax ? (uint)options.PacketSizeMax : null,
            AssignedClientIdentifier = packet.ClientId.Length == 0 ? session.ClientId : null,
            TopicAliasMaximum = options.TopicAliasMaximum > 0 ? (ushort)options.TopicAliasMaximum : null,
            ServerKeepAlive = keepAlive == packet.KeepAliveSeconds ? null : keepAlive,
            ResponseInformation = packet.Properties.RequestResponseInformation == true ? ResponseTopic(session) : null,
        };
    }

    /// <summary>Where a client may await its responses; null where its identifier cannot stand in a topic.</summary>
    private string? ResponseTopic(Session session) =>
        options.ResponseTopicPrefix is { } prefix && TopicName.IsValid(prefix + session.ClientId)
            ? prefix + session.ClientId
            : null;

    private void Refuse(Link link, ReasonCode reason, string? text = null, string? reference = null)
    {
        link.IsClosing = true;
        link.Send(new ConnAckPacket(false, reason, Words(text, reference)));
    }
}
