namespace Holdfast.Mqtt.Packets;

/// <summary>CONNECT and CONNACK (§3.1, §3.2).</summary>
internal static class ConnectDecoder
{
    private const int ReservedFlag = 0x01;
    private const int CleanStartFlag = 0x02;
    private const int WillFlag = 0x04;
    private const int WillQosMask = 0x18;
    private const int WillRetainFlag = 0x20;
    private const int PasswordFlag = 0x40;
    private const int UserNameFlag = 0x80;

    /// <param name="headerFlags">Of the fixed header.</param>
    /// <param name="version">What the packet says; null where it says none that could be answered in. An unknown version is answered as 3.1.1, whose CONNACK has had its form since 3.1.</param>
    public static ConnectPacket? Decode(ref WireReader reader, int headerFlags, out MqttVersion? version)
    {
        version = ReadVersion(ref reader);
        if (reader.Error is not null || version is not { } known)
        {
            return null;
        }

        if (headerFlags != 0 && known != MqttVersion.V31)
        {
            reader.FailMalformed("reserved flags of the fixed header [MQTT-2.1.3-1]");
        }

        var flags = reader.Byte();
        CheckFlags(ref reader, flags, known);
        var keepAlive = reader.UInt16();
        var properties = PropertiesReader.Read(ref reader, known, PropertyScope.Connect);
        var clientId = reader.Text();
        var will = (flags & WillFlag) != 0 ? ReadWill(ref reader, flags, known) : null;
        var userName = (flags & UserNameFlag) != 0 ? reader.Text() : null;
        ReadOnlyMemory<byte>? password = (flags & PasswordFlag) != 0 ? reader.Binary() : default(ReadOnlyMemory<byte>?);
        if (properties.AuthenticationData is not null && properties.AuthenticationMethod is null)
        {
            reader.Fail(ReasonCode.ProtocolError, "authentication data without a method (§3.1.2.11.10)");
        }

        return new ConnectPacket(known, clientId, (flags & CleanStartFlag) != 0, keepAlive)
        {
            Will = will,
            UserName = userName,
            Password = password,
            Properties = properties,
        };
    }

    public static ConnAckPacket DecodeConnAck(ref WireReader reader, MqttVersion version)
    {
        var flags = reader.Byte();
        if (flags > 1)
        {
            reader.FailMalformed("reserved flags of CONNACK [MQTT-3.2.2-1]");
        }

        var code = reader.Byte();
        // A broker that has never heard of MQTT 5 refuses it in the form of 3.1.1.
        var isOld = version != MqttVersion.V5 || (code is > 0 and <= 5 && reader.IsAtEnd);
        var reason = isOld ? ConnectReturnCode.ToReason(code) : (ReasonCode)code;
        if (reason is not { } known || !ReasonScopes.Allows(PacketType.ConnAck, known))
        {
            reader.FailMalformed("an unknown reason code in CONNACK [MQTT-3.2.2-8]");
            known = ReasonCode.UnspecifiedError;
        }

        if (flags == 1 && known.IsFailure())
        {
            reader.Fail(ReasonCode.ProtocolError, "a refusal that says session present [MQTT-3.2.2-6]");
        }

        version = isOld ? MqttVersion.V311 : version;
        return new ConnAckPacket(flags == 1, known, PropertiesReader.Read(ref reader, version, PropertyScope.ConnAck));
    }

    private static MqttVersion? ReadVersion(ref WireReader reader)
    {
        var name = reader.Text();
        var level = reader.Byte();
        if (reader.Error is not null || name is not ("MQTT" or "MQIsdp"))
        {
            reader.FailMalformed("the protocol name is not MQTT [MQTT-3.1.2-1]");
            return null;
        }

        if (name == "MQTT" ? level is 4 or 5 : level == 3)
        {
            return (MqttVersion)level;
        }

        reader.Fail(ReasonCode.UnsupportedProtocolVersion, "neither MQTT 5.0, 3.1.1 nor 3.1 [MQTT-3.1.2-2]");
        return MqttVersion.V311;
    }

    private static void CheckFlags(ref WireReader reader, byte flags, MqttVersion version)
    {
        // 3.1 has no such rule, and some of its clients set it.
        if ((flags & ReservedFlag) != 0 && version != MqttVersion.V31)
        {
            reader.FailMalformed("the reserved connect flag [MQTT-3.1.2-3]");
        }

        if ((flags & WillFlag) == 0 && (flags & (WillQosMask | WillRetainFlag)) != 0)
        {
            reader.FailMalformed("will flags without a will [MQTT-3.1.2-11], [MQTT-3.1.2-13]");
        }

        if ((flags & WillQosMask) == WillQosMask)
        {
            reader.FailMalformed("will QoS 3 [MQTT-3.1.2-12]");
        }

        if (version != MqttVersion.V5 && (flags & (UserNameFlag | PasswordFlag)) == PasswordFlag)
        {
            reader.FailMalformed("a password without a user name (3.1.1 [MQTT-3.1.2-22])");
        }
    }

    private static Will ReadWill(ref WireReader reader, byte flags, MqttVersion version)
    {
        var properties = PropertiesReader.Read(ref reader, version, PropertyScope.Will);
        var topic = reader.Text();
        if (reader.Error is null && !TopicName.IsValid(topic))
        {
            reader.Fail(ReasonCode.TopicNameInvalid, "the will's topic is empty or has a wildcard [MQTT-4.7.3-1]");
        }

        var payload = reader.Binary();
        return new Will(
            topic,
            payload,
            (MqttQos)((flags & WillQosMask) >> 3),
            (flags & WillRetainFlag) != 0,
            properties
        );
    }
}
