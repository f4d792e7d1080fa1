using Holdfast.Mqtt.Packets;

namespace Holdfast.Mqtt.Client;

/// <summary>What a broker's CONNACK said that it takes (MQTT 5.0 §3.2.2.3).</summary>
internal sealed record BrokerLimits(
    int ReceiveMaximum,
    MqttQos QosMax,
    bool RetainAvailable,
    bool IdentifiersAvailable,
    long PacketSizeMax
)
{
    public static BrokerLimits From(Properties properties) =>
        new(
            properties.ReceiveMaximum ?? ushort.MaxValue,
            (MqttQos)(properties.MaximumQos ?? (byte)MqttQos.ExactlyOnce),
            properties.RetainAvailable ?? true,
            properties.SubscriptionIdentifierAvailable ?? true,
            properties.MaximumPacketSize ?? uint.MaxValue
        );

    /// <summary>Why the broker will not take it, in words; null where it will.</summary>
    public string? Problem(PublishPacket packet, MqttVersion version)
    {
        if (packet.Qos > QosMax)
        {
            return $"the broker takes QoS {(int)QosMax} at most (MQTT 5.0 §3.2.2.3.4)";
        }

        if (packet.Retain && !RetainAvailable)
        {
            return "the broker takes no retained messages (MQTT 5.0 §3.2.2.3.5)";
        }

        var size = PacketEncoder.Size(packet, version);
        var sizeMax = Math.Min(PacketSizeMax, WireReader.VariableByteIntegerMax);
        return size > sizeMax ? $"the packet has {size} bytes; the broker takes {sizeMax} at most" : null;
    }
}
