namespace Holdfast.Mqtt.Packets;

/// <summary>Properties of a connection, and limits.</summary>
internal ref partial struct PropertiesBuilder
{
    private readonly void ReadConnectionValue(ref WireReader reader, PropertyId id)
    {
        switch (id)
        {
            case PropertyId.SessionExpiryInterval:
                p.SessionExpiryInterval = reader.UInt32();
                break;
            case PropertyId.AssignedClientIdentifier:
                p.AssignedClientIdentifier = reader.Text();
                break;
            case PropertyId.ServerKeepAlive:
                p.ServerKeepAlive = reader.UInt16();
                break;
            case PropertyId.AuthenticationMethod:
                p.AuthenticationMethod = reader.Text();
                break;
            case PropertyId.AuthenticationData:
                p.AuthenticationData = reader.Binary();
                break;
            case PropertyId.RequestProblemInformation:
                p.RequestProblemInformation = Flag(ref reader);
                break;
            case PropertyId.WillDelayInterval:
                p.WillDelayInterval = reader.UInt32();
                break;
            case PropertyId.RequestResponseInformation:
                p.RequestResponseInformation = Flag(ref reader);
                break;
            case PropertyId.ResponseInformation:
                p.ResponseInformation = reader.Text();
                break;
            case PropertyId.ServerReference:
                p.ServerReference = reader.Text();
                break;
            case PropertyId.ReasonString:
                p.ReasonString = reader.Text();
                break;
        }
    }

    private readonly void ReadLimit(ref WireReader reader, PropertyId id)
    {
        switch (id)
        {
            case PropertyId.ReceiveMaximum:
                p.ReceiveMaximum = (ushort)NotZero(ref reader, reader.UInt16());
                break;
            case PropertyId.TopicAliasMaximum:
                p.TopicAliasMaximum = reader.UInt16();
                break;
            case PropertyId.TopicAlias:
                p.TopicAlias = reader.UInt16();
                if (p.TopicAlias == 0)
                {
                    reader.Fail(ReasonCode.TopicAliasInvalid, "topic alias 0 [MQTT-3.3.2-8]");
                }

                break;
            case PropertyId.MaximumQos:
                p.MaximumQos = (byte)(Flag(ref reader) ? 1 : 0);
                break;
            case PropertyId.RetainAvailable:
                p.RetainAvailable = Flag(ref reader);
                break;
            case PropertyId.MaximumPacketSize:
                p.MaximumPacketSize = NotZero(ref reader, reader.UInt32());
                break;
            case PropertyId.WildcardSubscriptionAvailable:
                p.WildcardSubscriptionAvailable = Flag(ref reader);
                break;
            case PropertyId.SubscriptionIdentifierAvailable:
                p.SubscriptionIdentifierAvailable = Flag(ref reader);
                break;
            case PropertyId.SharedSubscriptionAvailable:
                p.SharedSubscriptionAvailable = Flag(ref reader);
                break;
        }
    }

    private static bool Flag(ref WireReader reader)
    {
        var value = reader.Byte();
        if (value > 1)
        {
            reader.Fail(ReasonCode.ProtocolError, "a flag property other than 0 or 1 (§2.2.2.2)");
        }

        return value == 1;
    }

    private static uint NotZero(ref WireReader reader, uint value)
    {
        if (value == 0)
        {
            reader.Fail(ReasonCode.ProtocolError, "a property of 0 that must not be (§3.1.2.11)");
        }

        return value;
    }
}
