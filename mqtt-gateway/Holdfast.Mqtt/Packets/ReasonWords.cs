using System.Globalization;

namespace Holdfast.Mqtt.Packets;

/// <summary>Reason codes for people.</summary>
internal static class ReasonWords
{
    private const int PeerTextLengthMax = 200;

    public static bool IsFailure(this ReasonCode reason) => (byte)reason >= 0x80;

    /// <summary>"bad user name or password (0x86)".</summary>
    public static string InWords(this ReasonCode reason) =>
        string.Create(CultureInfo.InvariantCulture, $"{Words(reason)} (0x{(byte)reason:X2})");

    /// <summary>The same with the peer's own reason string, cut and without control characters: it is a stranger's text.</summary>
    public static string InWords(this ReasonCode reason, string? peerText)
    {
        if (string.IsNullOrWhiteSpace(peerText))
        {
            return reason.InWords();
        }

        var safe = peerText.Where(c => !char.IsControl(c)).Take(PeerTextLengthMax);
        return $"{reason.InWords()}: {string.Concat(safe)}";
    }

    private static string Words(ReasonCode reason) =>
        reason switch
        {
            ReasonCode.Success => "success",
            ReasonCode.UnspecifiedError => "refused without a reason",
            ReasonCode.MalformedPacket => "malformed packet",
            ReasonCode.ProtocolError => "protocol error",
            ReasonCode.ImplementationSpecificError => "not accepted by this broker",
            ReasonCode.UnsupportedProtocolVersion => "protocol version not supported",
            ReasonCode.ClientIdentifierNotValid => "client identifier not accepted",
            ReasonCode.BadUserNameOrPassword => "bad user name or password",
            ReasonCode.NotAuthorized => "not authorized",
            ReasonCode.ServerUnavailable => "broker unavailable",
            ReasonCode.ServerBusy => "broker busy",
            ReasonCode.Banned => "client banned",
            ReasonCode.ServerShuttingDown => "broker shutting down",
            ReasonCode.BadAuthenticationMethod => "bad authentication method",
            ReasonCode.KeepAliveTimeout => "keep alive timeout",
            ReasonCode.SessionTakenOver => "session taken over by another connection with the same client identifier",
            ReasonCode.TopicFilterInvalid => "topic filter not accepted",
            ReasonCode.TopicNameInvalid => "topic name not accepted",
            ReasonCode.PacketIdentifierInUse => "packet identifier in use",
            ReasonCode.PacketIdentifierNotFound => "packet identifier not found",
            ReasonCode.ReceiveMaximumExceeded => "receive maximum exceeded",
            ReasonCode.TopicAliasInvalid => "topic alias invalid",
            ReasonCode.PacketTooLarge => "packet too large",
            ReasonCode.MessageRateTooHigh => "message rate too high",
            ReasonCode.QuotaExceeded => "quota exceeded",
            ReasonCode.AdministrativeAction => "ended by an administrator",
            ReasonCode.PayloadFormatInvalid => "payload format invalid",
            ReasonCode.RetainNotSupported => "retained messages not supported",
            ReasonCode.QosNotSupported => "QoS not supported",
            ReasonCode.UseAnotherServer => "use another broker",
            ReasonCode.ServerMoved => "broker moved",
            ReasonCode.SharedSubscriptionsNotSupported => "shared subscriptions not supported",
            ReasonCode.ConnectionRateExceeded => "connection rate exceeded",
            ReasonCode.MaximumConnectTime => "maximum connect time",
            ReasonCode.SubscriptionIdentifiersNotSupported => "subscription identifiers not supported",
            ReasonCode.WildcardSubscriptionsNotSupported => "wildcard subscriptions not supported",
            _ => "reason",
        };
}
