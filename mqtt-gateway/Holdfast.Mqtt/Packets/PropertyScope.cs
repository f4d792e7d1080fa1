namespace Holdfast.Mqtt.Packets;

/// <summary>The places a property may stand: the packets, and the will inside CONNECT.</summary>
[Flags]
internal enum PropertyScope : ushort
{
    None = 0,
    Connect = 1 << 1,
    ConnAck = 1 << 2,
    Publish = 1 << 3,
    PubAck = 1 << 4,
    PubRec = 1 << 5,
    PubRel = 1 << 6,
    PubComp = 1 << 7,
    Subscribe = 1 << 8,
    SubAck = 1 << 9,
    Unsubscribe = 1 << 10,
    UnsubAck = 1 << 11,
    Will = 1 << 12,
    Disconnect = 1 << 14,
    Auth = 1 << 15,
    Acks = PubAck | PubRec | PubRel | PubComp | SubAck | UnsubAck,
    Everywhere = Connect | ConnAck | Publish | Acks | Subscribe | Unsubscribe | Will | Disconnect | Auth,
}

/// <summary>Which property may stand where (MQTT 5.0 table 2-4).</summary>
internal static class PropertyScopes
{
    /// <summary>Of a packet's own properties.</summary>
    public static PropertyScope Of(PacketType packet) => (PropertyScope)(1 << (int)packet);

    /// <summary>None for an identifier that the specification does not know.</summary>
    public static PropertyScope Of(PropertyId id) =>
        id switch
        {
            PropertyId.PayloadFormatIndicator
            or PropertyId.MessageExpiryInterval
            or PropertyId.ContentType
            or PropertyId.ResponseTopic
            or PropertyId.CorrelationData => PropertyScope.Publish | PropertyScope.Will,
            PropertyId.SubscriptionIdentifier => PropertyScope.Publish | PropertyScope.Subscribe,
            PropertyId.SessionExpiryInterval => PropertyScope.Connect
                | PropertyScope.ConnAck
                | PropertyScope.Disconnect,
            PropertyId.AuthenticationMethod or PropertyId.AuthenticationData => PropertyScope.Connect
                | PropertyScope.ConnAck
                | PropertyScope.Auth,
            PropertyId.RequestProblemInformation or PropertyId.RequestResponseInformation => PropertyScope.Connect,
            PropertyId.WillDelayInterval => PropertyScope.Will,
            PropertyId.ServerReference => PropertyScope.ConnAck | PropertyScope.Disconnect,
            PropertyId.ReasonString => PropertyScope.ConnAck
                | PropertyScope.Acks
                | PropertyScope.Disconnect
                | PropertyScope.Auth,
            PropertyId.ReceiveMaximum or PropertyId.TopicAliasMaximum or PropertyId.MaximumPacketSize =>
                PropertyScope.Connect | PropertyScope.ConnAck,
            PropertyId.TopicAlias => PropertyScope.Publish,
            PropertyId.UserProperty => PropertyScope.Everywhere,
            PropertyId.AssignedClientIdentifier
            or PropertyId.ServerKeepAlive
            or PropertyId.ResponseInformation
            or PropertyId.MaximumQos
            or PropertyId.RetainAvailable
            or PropertyId.WildcardSubscriptionAvailable
            or PropertyId.SubscriptionIdentifierAvailable
            or PropertyId.SharedSubscriptionAvailable => PropertyScope.ConnAck,
            _ => PropertyScope.None,
        };
}
