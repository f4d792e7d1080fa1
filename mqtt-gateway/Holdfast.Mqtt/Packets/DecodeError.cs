namespace Holdfast.Mqtt.Packets;

/// <summary>Why bytes are not a packet.</summary>
/// <param name="Reason">For the DISCONNECT or CONNACK that answers (MQTT 5.0 §4.13).</param>
/// <param name="Text">In words, with the clause.</param>
/// <param name="ConnectVersion">Of a CONNECT that fails: the version in which to answer; null where none is known.</param>
internal readonly record struct DecodeError(ReasonCode Reason, string Text, MqttVersion? ConnectVersion = null);
