namespace Holdfast.Mqtt.Packets;

/// <summary>The properties of one packet as they are read, each once and with a value it may have (MQTT 5.0 §2.2.2.2).</summary>
internal ref partial struct PropertiesBuilder()
{
    private readonly Properties p = new();
    private ulong seen;

    /// <summary>Told once all are read: a property that cannot be read is the greater fault.</summary>
    public bool IsMisplaced { get; private set; }

    private List<KeyValuePair<string, string>>? userProperties;
    private List<uint>? subscriptionIdentifiers;

    public void ReadOne(ref WireReader reader, PropertyScope scope)
    {
        // Every known identifier fits one byte of the variable byte integer (§2.2.2.2).
        var id = (PropertyId)reader.Byte();
        var places = PropertyScopes.Of(id);
        if (places == PropertyScope.None)
        {
            reader.FailMalformed("an unknown property (§2.2.2.2)");
            return;
        }

        var bit = 1UL << (int)id;
        var mayRepeat =
            id is PropertyId.UserProperty
            || (id is PropertyId.SubscriptionIdentifier && scope is PropertyScope.Publish);
        if ((seen & bit) != 0 && !mayRepeat)
        {
            reader.Fail(ReasonCode.ProtocolError, "a property stands twice (§2.2.2.2)");
            return;
        }

        seen |= bit;
        IsMisplaced |= (places & scope) == 0;
        ReadValue(ref reader, id);
    }

    public readonly Properties Build()
    {
        p.UserProperties = userProperties ?? p.UserProperties;
        p.SubscriptionIdentifiers = subscriptionIdentifiers ?? p.SubscriptionIdentifiers;
        return p;
    }

    private void ReadValue(ref WireReader reader, PropertyId id)
    {
        switch (id)
        {
            case PropertyId.UserProperty:
                (userProperties ??= []).Add(new(reader.Text(), reader.Text()));
                break;
            case PropertyId.SubscriptionIdentifier:
                var identifier = (uint)reader.VariableByteInteger();
                (subscriptionIdentifiers ??= []).Add(identifier);
                if (identifier == 0)
                {
                    reader.Fail(
                        ReasonCode.ProtocolError,
                        "subscription identifier 0 (§3.8.2.1.2)",
                        DecodeFault.Subscription
                    );
                }

                break;
            case <= PropertyId.CorrelationData:
                ReadMessageValue(ref reader, id);
                break;
            case >= PropertyId.ReceiveMaximum:
                ReadLimit(ref reader, id);
                break;
            default:
                ReadConnectionValue(ref reader, id);
                break;
        }
    }

    private readonly void ReadMessageValue(ref WireReader reader, PropertyId id)
    {
        switch (id)
        {
            case PropertyId.PayloadFormatIndicator:
                p.PayloadFormatIndicator = (byte)(Flag(ref reader) ? 1 : 0);
                break;
            case PropertyId.MessageExpiryInterval:
                p.MessageExpiryInterval = reader.UInt32();
                break;
            case PropertyId.ContentType:
                p.ContentType = reader.Text();
                break;
            case PropertyId.ResponseTopic:
                p.ResponseTopic = reader.Text();
                if (reader.Error is null && !TopicName.IsValid(p.ResponseTopic))
                {
                    reader.Fail(ReasonCode.ProtocolError, "a response topic with a wildcard [MQTT-3.3.2-14]");
                }

                break;
            case PropertyId.CorrelationData:
                p.CorrelationData = reader.Binary();
                break;
        }
    }
}
