namespace Holdfast.Mqtt.Packets;

/// <summary>CONNECT (§3.1).</summary>
internal static class ConnectEncoder
{
    public static void Write(ref WireWriter writer, ConnectPacket packet)
    {
        writer.Text(packet.Version == MqttVersion.V31 ? "MQIsdp" : "MQTT");
        writer.Byte((byte)packet.Version);
        writer.Byte(Flags(packet));
        writer.UInt16(packet.KeepAliveSeconds);
        PropertiesWriter.Write(ref writer, packet.Properties, packet.Version);
        writer.Text(packet.ClientId);
        if (packet.Will is { } will)
        {
            PropertiesWriter.Write(ref writer, will.Properties, packet.Version);
            writer.Text(will.Topic);
            writer.Binary(will.Payload.Span);
        }

        if (packet.UserName is { } userName)
        {
            writer.Text(userName);
        }

        if (packet.Password is { } password)
        {
            writer.Binary(password.Span);
        }
    }

    private static byte Flags(ConnectPacket packet)
    {
        var flags = packet.CleanStart ? 0x02 : 0;
        if (packet.Will is { } will)
        {
            flags |= 0x04 | ((int)will.Qos << 3) | (will.Retain ? 0x20 : 0);
        }

        flags |= packet.Password is not null ? 0x40 : 0;
        flags |= packet.UserName is not null ? 0x80 : 0;
        return (byte)flags;
    }
}
