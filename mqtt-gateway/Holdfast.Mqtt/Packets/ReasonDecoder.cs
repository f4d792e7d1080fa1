namespace Holdfast.Mqtt.Packets;

/// <summary>The packets that are a reason code with properties, both of which may be left out (§3.4 to 3.7, §3.14, §3.15).</summary>
internal static class ReasonDecoder
{
    public static AckPacket DecodeAck(ref WireReader reader, PacketType type, MqttVersion version)
    {
        var id = reader.PacketId();
        var (reason, properties) = ReadReason(ref reader, type, version);
        return new AckPacket(type, id, reason, properties);
    }

    public static DisconnectPacket DecodeDisconnect(ref WireReader reader, MqttVersion version)
    {
        var (reason, properties) = ReadReason(ref reader, PacketType.Disconnect, version);
        return new DisconnectPacket(reason, properties);
    }

    public static AuthPacket DecodeAuth(ref WireReader reader)
    {
        var (reason, properties) = ReadReason(ref reader, PacketType.Auth, MqttVersion.V5);
        return new AuthPacket(reason, properties);
    }

    private static (ReasonCode Reason, Properties Properties) ReadReason(
        ref WireReader reader,
        PacketType type,
        MqttVersion version
    )
    {
        // 3.1.1 has neither: what follows is then found to be too much.
        if (reader.IsAtEnd || version != MqttVersion.V5)
        {
            return (ReasonCode.Success, Properties.None);
        }

        var reason = (ReasonCode)reader.Byte();
        // A DISCONNECT ends the connection whatever its reason, so that any is taken.
        if (type != PacketType.Disconnect && !ReasonScopes.Allows(type, reason))
        {
            reader.Fail(ReasonCode.ProtocolError, "a reason code that this packet may not have (§2.4)");
        }

        var properties = reader.IsAtEnd
            ? Properties.None
            : PropertiesReader.Read(ref reader, version, PropertyScopes.Of(type));
        return (reason, properties);
    }
}
