namespace Holdfast.Mqtt;

/// <summary>The protocol level of CONNECT (MQTT 5.0 §3.1.2.2, MQTT 3.1.1 §3.1.2.2).</summary>
public enum MqttVersion
{
    /// <summary>The predecessor of 3.1.1 that calls itself MQIsdp. A broker takes it; our client does not speak it.</summary>
    V31 = 3,
    V311 = 4,
    V5 = 5,
}
