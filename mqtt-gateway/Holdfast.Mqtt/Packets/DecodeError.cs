namespace Holdfast.Mqtt.Packets;

/// <summary>Why bytes are not a packet.</summary>
/// <param name="Reason">For the DISCONNECT or CONNACK that answers (MQTT 5.0 §4.13).</param>
/// <param name="Text">In words, with the clause.</param>
/// <param name="Fault">What kind of fault it is, where somebody answers one in another way than the rest.</param>
internal readonly record struct DecodeError(ReasonCode Reason, string Text, DecodeFault Fault = DecodeFault.Other)
{
    /// <summary>Of the packet that the bytes were to be; 0 is none that MQTT knows.</summary>
    public PacketType Type { get; init; }

    /// <summary>Of a CONNECT that fails: the version in which to answer; null where none is known.</summary>
    public MqttVersion? ConnectVersion { get; init; }
}

/// <summary>Kinds of faults that brokers differ about.</summary>
internal enum DecodeFault
{
    Other,

    /// <summary>A known property in a packet that may not have it (MQTT 5.0 §2.2.2.2).</summary>
    MisplacedProperty,

    /// <summary>A PUBLISH with neither topic nor alias (§3.3.2.1).</summary>
    EmptyTopic,

    /// <summary>No filter, QoS 3, retain handling 3 or subscription identifier 0 (§3.8.2.1.2, §3.8.3, §3.10.3).</summary>
    Subscription,

    /// <summary>Flags of the fixed header (§2.1.3).</summary>
    HeaderFlags,

    /// <summary>More bytes than the packet has fields for (§2.1.4).</summary>
    TooLong,
}
