namespace Holdfast.Mqtt.Packets;

/// <summary>Reads a packet's properties and checks that each may stand there, once, with a value it may have.</summary>
internal static class PropertiesReader
{
    /// <summary>Nothing is read for 3.1.1.</summary>
    public static Properties Read(ref WireReader packet, MqttVersion version, PropertyScope scope)
    {
        if (version != MqttVersion.V5)
        {
            return Properties.None;
        }

        var length = packet.VariableByteInteger();
        if (length == 0)
        {
            return Properties.None;
        }

        var reader = packet.Part(length);
        var properties = new PropertiesBuilder();
        while (!reader.IsAtEnd)
        {
            properties.ReadOne(ref reader, scope);
        }

        if (reader.Error is { } error)
        {
            packet.Fail(error.Reason, error.Text, error.Fault);
        }
        else if (properties.IsMisplaced)
        {
            packet.Fail(
                ReasonCode.MalformedPacket,
                "a property that may not stand in this packet (§2.2.2.2)",
                DecodeFault.MisplacedProperty
            );
        }

        return properties.Build();
    }
}
