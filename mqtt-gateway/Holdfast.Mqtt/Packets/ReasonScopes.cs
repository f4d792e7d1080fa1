namespace Holdfast.Mqtt.Packets;

/// <summary>Which reason codes a packet may carry (MQTT 5.0 §2.4, table 2-6).</summary>
internal static class ReasonScopes
{
    public static bool Allows(PacketType packet, ReasonCode reason) =>
        packet switch
        {
            PacketType.ConnAck => AllowedInConnAck(reason),
            PacketType.PubAck or PacketType.PubRec => AllowedInPublishAck(reason),
            PacketType.PubRel or PacketType.PubComp => reason
                is ReasonCode.Success
                    or ReasonCode.PacketIdentifierNotFound,
            PacketType.SubAck => AllowedInSubAck(reason),
            PacketType.UnsubAck => reason is ReasonCode.Success or ReasonCode.NoSubscriptionExisted
                || IsGeneralRefusal(reason)
                || reason is ReasonCode.TopicFilterInvalid or ReasonCode.PacketIdentifierInUse,
            PacketType.Disconnect => AllowedInDisconnect(reason),
            PacketType.Auth => reason
                is ReasonCode.Success
                    or ReasonCode.ContinueAuthentication
                    or ReasonCode.ReAuthenticate,
            _ => false,
        };

    private static bool IsGeneralRefusal(ReasonCode reason) =>
        reason is ReasonCode.UnspecifiedError or ReasonCode.ImplementationSpecificError or ReasonCode.NotAuthorized;

    private static bool AllowedInConnAck(ReasonCode reason) =>
        reason
            is ReasonCode.Success
                or (>= ReasonCode.UnspecifiedError and <= ReasonCode.Banned)
                or ReasonCode.BadAuthenticationMethod
                or ReasonCode.TopicNameInvalid
                or ReasonCode.PacketTooLarge
                or ReasonCode.QuotaExceeded
                or (>= ReasonCode.PayloadFormatInvalid and <= ReasonCode.ServerMoved)
                or ReasonCode.ConnectionRateExceeded;

    private static bool AllowedInPublishAck(ReasonCode reason) =>
        reason
            is ReasonCode.Success
                or ReasonCode.NoMatchingSubscribers
                or ReasonCode.TopicNameInvalid
                or ReasonCode.PacketIdentifierInUse
                or ReasonCode.QuotaExceeded
                or ReasonCode.PayloadFormatInvalid
        || IsGeneralRefusal(reason);

    private static bool AllowedInSubAck(ReasonCode reason) =>
        reason
            is <= ReasonCode.GrantedQos2
                or ReasonCode.TopicFilterInvalid
                or ReasonCode.PacketIdentifierInUse
                or ReasonCode.QuotaExceeded
                or ReasonCode.SharedSubscriptionsNotSupported
                or ReasonCode.SubscriptionIdentifiersNotSupported
                or ReasonCode.WildcardSubscriptionsNotSupported
        || IsGeneralRefusal(reason);

    private static bool AllowedInDisconnect(ReasonCode reason) =>
        reason
            is ReasonCode.Success
                or ReasonCode.DisconnectWithWill
                or (>= ReasonCode.UnspecifiedError and <= ReasonCode.ImplementationSpecificError)
                or ReasonCode.NotAuthorized
                or ReasonCode.ServerBusy
                or ReasonCode.ServerShuttingDown
                or (>= ReasonCode.KeepAliveTimeout and <= ReasonCode.TopicNameInvalid)
                or (>= ReasonCode.ReceiveMaximumExceeded and <= ReasonCode.WildcardSubscriptionsNotSupported);
}
