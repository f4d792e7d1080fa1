namespace Holdfast.Mqtt.Packets;

/// <summary>MQTT 3.1.1's five refusals of a CONNECT (3.1.1 §3.2.2.3), to and from MQTT 5's reason codes.</summary>
internal static class ConnectReturnCode
{
    public static byte From(ReasonCode reason) =>
        reason switch
        {
            ReasonCode.Success => 0,
            ReasonCode.UnsupportedProtocolVersion => 1,
            ReasonCode.ClientIdentifierNotValid => 2,
            ReasonCode.BadUserNameOrPassword => 4,
            ReasonCode.NotAuthorized or ReasonCode.Banned or ReasonCode.BadAuthenticationMethod => 5,
            _ => 3,
        };

    /// <summary>Null for a code that 3.1.1 reserves.</summary>
    public static ReasonCode? ToReason(byte code) =>
        code switch
        {
            0 => ReasonCode.Success,
            1 => ReasonCode.UnsupportedProtocolVersion,
            2 => ReasonCode.ClientIdentifierNotValid,
            3 => ReasonCode.ServerUnavailable,
            4 => ReasonCode.BadUserNameOrPassword,
            5 => ReasonCode.NotAuthorized,
            _ => null,
        };
}
