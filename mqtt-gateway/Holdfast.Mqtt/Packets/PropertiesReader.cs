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
        var properties = new Builder();
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

    private ref struct Builder()
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
}
