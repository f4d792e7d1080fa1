using Holdfast.Mqtt.Packets;

namespace Holdfast.Mqtt.Tests;

/// <summary>Valid packets of every kind, with every property that each may have, from a seed.</summary>
internal sealed class RandomPackets(ulong seed, MqttVersion version)
{
    private readonly SeededRandom random = new(seed);

    public Packet Next() =>
        random.Next(version == MqttVersion.V5 ? 15 : 13) switch
        {
            0 => Connect(),
            1 => ConnAck(),
            2 or 3 => Publish(),
            4 => Ack(PacketType.PubAck, ReasonCode.NoMatchingSubscribers),
            5 => Ack(PacketType.PubRec, ReasonCode.QuotaExceeded),
            6 => Ack(PacketType.PubRel, ReasonCode.PacketIdentifierNotFound),
            7 => Ack(PacketType.PubComp, ReasonCode.PacketIdentifierNotFound),
            8 => new SubscribePacket(Id(), Many(Subscription), Properties(PacketType.Subscribe)),
            9 => new SubAckPacket(Id(), Many(() => (ReasonCode)random.Next(3)), Properties(PacketType.SubAck)),
            10 => new UnsubscribePacket(Id(), Many(Filter), Properties(PacketType.Unsubscribe)),
            11 => UnsubAck(),
            12 => random.Chance(0.5) ? PingPacket.Request : Disconnect(),
            13 => new AuthPacket(ReasonCode.ContinueAuthentication, Properties(PacketType.Auth)),
            _ => new AuthPacket(
                random.Chance(0.5) ? ReasonCode.Success : ReasonCode.ReAuthenticate,
                Properties(PacketType.Auth)
            ),
        };

    private ConnectPacket Connect()
    {
        var userName = Maybe(Text);
        var mayHavePassword = version == MqttVersion.V5 || userName is not null;
        return new ConnectPacket(version, Text(), random.Chance(0.5), (ushort)random.Next(65536))
        {
            UserName = userName,
            Password = mayHavePassword ? MaybeBytes() : null,
            Will = random.Chance(0.5)
                ? new Will(Topic(), Bytes(), Qos(), random.Chance(0.5), Properties(PropertyScope.Will))
                : null,
            Properties = Properties(PacketType.Connect),
        };
    }

    private ConnAckPacket ConnAck() =>
        random.Chance(0.5)
            ? new ConnAckPacket(
                version != MqttVersion.V31 && random.Chance(0.5),
                ReasonCode.Success,
                Properties(PacketType.ConnAck)
            )
            : new ConnAckPacket(false, ReasonCode.NotAuthorized, Properties(PacketType.ConnAck));

    private PublishPacket Publish()
    {
        var qos = Qos();
        return new PublishPacket(Topic(), Bytes(), qos)
        {
            PacketId = qos == MqttQos.AtMostOnce ? (ushort)0 : Id(),
            Retain = random.Chance(0.5),
            Duplicate = qos != MqttQos.AtMostOnce && random.Chance(0.5),
            Properties = Properties(PacketType.Publish),
        };
    }

    private AckPacket Ack(PacketType type, ReasonCode other) =>
        version == MqttVersion.V5 && random.Chance(0.7)
            ? new AckPacket(type, Id(), random.Chance(0.5) ? ReasonCode.Success : other, Properties(type))
            : new AckPacket(type, Id());

    private Subscription Subscription()
    {
        var filter = Filter();
        return version == MqttVersion.V5
            ? new Subscription(filter, Qos(), random.Chance(0.5), random.Chance(0.5), (RetainHandling)random.Next(3))
            : new Subscription(filter, Qos());
    }

    private UnsubAckPacket UnsubAck()
    {
        var reasons = version == MqttVersion.V5 ? Many(() => ReasonCode.NoSubscriptionExisted) : [];
        return new UnsubAckPacket(Id(), reasons, Properties(PacketType.UnsubAck));
    }

    private DisconnectPacket Disconnect() =>
        version == MqttVersion.V5
            ? new DisconnectPacket(ReasonCode.SessionTakenOver, Properties(PacketType.Disconnect))
            : new DisconnectPacket(ReasonCode.Success, Mqtt.Packets.Properties.None);

    private Properties Properties(PacketType type) => Properties(PropertyScopes.Of(type));

    private Properties Properties(PropertyScope scope)
    {
        if (version != MqttVersion.V5 || random.Chance(0.2))
        {
            return Mqtt.Packets.Properties.None;
        }

        bool Has(PropertyId id) => (PropertyScopes.Of(id) & scope) != 0 && random.Chance(0.5);
        var hasMethod = Has(PropertyId.AuthenticationMethod);
        var identifiers = scope == PropertyScope.Publish ? 3 : 1;
        // The user property makes sure that there is one at all: a set of none is written as the packet without.
        return new Properties
        {
            UserProperties = [new(Text(), Text()), new(Text(), Text())],
            PayloadFormatIndicator = Has(PropertyId.PayloadFormatIndicator) ? (byte)random.Next(2) : null,
            MessageExpiryInterval = Has(PropertyId.MessageExpiryInterval) ? UInt32() : null,
            ContentType = Has(PropertyId.ContentType) ? Text() : null,
            ResponseTopic = Has(PropertyId.ResponseTopic) ? Topic() : null,
            CorrelationData = Has(PropertyId.CorrelationData) ? Bytes() : default(ReadOnlyMemory<byte>?),
            SubscriptionIdentifiers = Has(PropertyId.SubscriptionIdentifier)
                ? [.. Enumerable.Range(0, identifiers).Select(_ => 1 + (uint)random.Next(268_435_455))]
                : [],
            SessionExpiryInterval = Has(PropertyId.SessionExpiryInterval) ? UInt32() : null,
            AssignedClientIdentifier = Has(PropertyId.AssignedClientIdentifier) ? Text() : null,
            ServerKeepAlive = Has(PropertyId.ServerKeepAlive) ? Id() : null,
            AuthenticationMethod = hasMethod ? Text() : null,
            AuthenticationData = hasMethod && random.Chance(0.5) ? Bytes() : default(ReadOnlyMemory<byte>?),
            RequestProblemInformation = Has(PropertyId.RequestProblemInformation) ? random.Chance(0.5) : null,
            WillDelayInterval = Has(PropertyId.WillDelayInterval) ? UInt32() : null,
            RequestResponseInformation = Has(PropertyId.RequestResponseInformation) ? random.Chance(0.5) : null,
            ResponseInformation = Has(PropertyId.ResponseInformation) ? Text() : null,
            ServerReference = Has(PropertyId.ServerReference) ? Text() : null,
            ReasonString = Has(PropertyId.ReasonString) ? Text() : null,
            ReceiveMaximum = Has(PropertyId.ReceiveMaximum) ? Id() : null,
            TopicAliasMaximum = Has(PropertyId.TopicAliasMaximum) ? Id() : null,
            TopicAlias = Has(PropertyId.TopicAlias) ? Id() : null,
            MaximumQos = Has(PropertyId.MaximumQos) ? (byte)random.Next(2) : null,
            RetainAvailable = Has(PropertyId.RetainAvailable) ? random.Chance(0.5) : null,
            MaximumPacketSize = Has(PropertyId.MaximumPacketSize) ? 1 + (uint)random.Next(1 << 30) : null,
            WildcardSubscriptionAvailable = Has(PropertyId.WildcardSubscriptionAvailable) ? random.Chance(0.5) : null,
            SubscriptionIdentifierAvailable = Has(PropertyId.SubscriptionIdentifierAvailable)
                ? random.Chance(0.5)
                : null,
            SharedSubscriptionAvailable = Has(PropertyId.SharedSubscriptionAvailable) ? random.Chance(0.5) : null,
        };
    }

    private ushort Id() => (ushort)(1 + random.Next(65535));

    private uint UInt32() => (uint)random.NextUInt64();

    private MqttQos Qos() => (MqttQos)random.Next(3);

    private string Topic() => $"rack/{random.Next(100)}/{Text()}";

    private string Filter() =>
        random.Next(4) switch
        {
            0 => "#",
            1 => $"rack/+/{Text()}/#",
            2 => "+",
            _ => Topic(),
        };

    private string Text() =>
        new([.. Enumerable.Range(0, random.Next(12)).Select(_ => "abcdefgh äöü\u0001€𝄞"[random.Next(13)])]);

    private string? Maybe(Func<string> make) => random.Chance(0.5) ? make() : null;

    private ReadOnlyMemory<byte> Bytes()
    {
        var bytes = new byte[random.Chance(0.1) ? random.Next(20_000) : random.Next(50)];
        random.Fill(bytes);
        return bytes;
    }

    private ReadOnlyMemory<byte>? MaybeBytes() => random.Chance(0.5) ? Bytes() : default(ReadOnlyMemory<byte>?);

    private List<T> Many<T>(Func<T> make) => [.. Enumerable.Range(0, 1 + random.Next(5)).Select(_ => make())];
}
