namespace Holdfast.Mqtt.Packets;

/// <summary>Writes a packet's properties with their length (MQTT 5.0 §2.2.2).</summary>
internal static class PropertiesWriter
{
    /// <summary>Nothing at all for 3.1.1.</summary>
    public static void Write(ref WireWriter writer, Properties properties, MqttVersion version)
    {
        if (version != MqttVersion.V5)
        {
            return;
        }

        var measure = WireWriter.Measuring();
        WriteAll(ref measure, properties);
        writer.VariableByteInteger(measure.Length);
        WriteAll(ref writer, properties);
    }

    private static void WriteAll(ref WireWriter w, Properties p)
    {
        if (ReferenceEquals(p, Properties.None))
        {
            return;
        }

        WriteMessage(ref w, p);
        WriteConnection(ref w, p);
        WriteServer(ref w, p);
        foreach (var (name, value) in p.UserProperties)
        {
            w.Byte((byte)PropertyId.UserProperty);
            w.Text(name);
            w.Text(value);
        }
    }

    private static void WriteMessage(ref WireWriter w, Properties p)
    {
        Byte(ref w, PropertyId.PayloadFormatIndicator, p.PayloadFormatIndicator);
        UInt32(ref w, PropertyId.MessageExpiryInterval, p.MessageExpiryInterval);
        Text(ref w, PropertyId.ContentType, p.ContentType);
        Text(ref w, PropertyId.ResponseTopic, p.ResponseTopic);
        Binary(ref w, PropertyId.CorrelationData, p.CorrelationData);
        UInt32(ref w, PropertyId.WillDelayInterval, p.WillDelayInterval);
        UInt16(ref w, PropertyId.TopicAlias, p.TopicAlias);
        foreach (var id in p.SubscriptionIdentifiers)
        {
            w.Byte((byte)PropertyId.SubscriptionIdentifier);
            w.VariableByteInteger((int)id);
        }
    }

    private static void WriteConnection(ref WireWriter w, Properties p)
    {
        UInt32(ref w, PropertyId.SessionExpiryInterval, p.SessionExpiryInterval);
        UInt16(ref w, PropertyId.TopicAliasMaximum, p.TopicAliasMaximum);
        UInt16(ref w, PropertyId.ReceiveMaximum, p.ReceiveMaximum);
        UInt32(ref w, PropertyId.MaximumPacketSize, p.MaximumPacketSize);
        Flag(ref w, PropertyId.RequestProblemInformation, p.RequestProblemInformation);
        Flag(ref w, PropertyId.RequestResponseInformation, p.RequestResponseInformation);
        Text(ref w, PropertyId.AuthenticationMethod, p.AuthenticationMethod);
        Binary(ref w, PropertyId.AuthenticationData, p.AuthenticationData);
    }

    private static void WriteServer(ref WireWriter w, Properties p)
    {
        Text(ref w, PropertyId.AssignedClientIdentifier, p.AssignedClientIdentifier);
        UInt16(ref w, PropertyId.ServerKeepAlive, p.ServerKeepAlive);
        Byte(ref w, PropertyId.MaximumQos, p.MaximumQos);
        Flag(ref w, PropertyId.RetainAvailable, p.RetainAvailable);
        Flag(ref w, PropertyId.WildcardSubscriptionAvailable, p.WildcardSubscriptionAvailable);
        Flag(ref w, PropertyId.SubscriptionIdentifierAvailable, p.SubscriptionIdentifierAvailable);
        Flag(ref w, PropertyId.SharedSubscriptionAvailable, p.SharedSubscriptionAvailable);
        Text(ref w, PropertyId.ResponseInformation, p.ResponseInformation);
        Text(ref w, PropertyId.ServerReference, p.ServerReference);
        Text(ref w, PropertyId.ReasonString, p.ReasonString);
    }

    private static void Flag(ref WireWriter w, PropertyId id, bool? value) =>
        Byte(ref w, id, value is { } flag ? (byte)(flag ? 1 : 0) : null);

    private static void Byte(ref WireWriter w, PropertyId id, byte? value)
    {
        if (value is { } present)
        {
            w.Byte((byte)id);
            w.Byte(present);
        }
    }

    private static void UInt16(ref WireWriter w, PropertyId id, ushort? value)
    {
        if (value is { } present)
        {
            w.Byte((byte)id);
            w.UInt16(present);
        }
    }

    private static void UInt32(ref WireWriter w, PropertyId id, uint? value)
    {
        if (value is { } present)
        {
            w.Byte((byte)id);
            w.UInt32(present);
        }
    }

    private static void Text(ref WireWriter w, PropertyId id, string? value)
    {
        if (value is not null)
        {
            w.Byte((byte)id);
            w.Text(value);
        }
    }

    private static void Binary(ref WireWriter w, PropertyId id, ReadOnlyMemory<byte>? value)
    {
        if (value is { } present)
        {
            w.Byte((byte)id);
            w.Binary(present.Span);
        }
    }
}
