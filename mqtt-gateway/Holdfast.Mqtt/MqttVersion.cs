namespace Holdfast.Mqtt;

/// <summary>The protocol level of CONNECT (MQTT 5.0 §3.1.2.2, MQTT 3.1.1 §3.1.2.2).</summary>
public enum MqttVersion
{
    V311 = 4,
    V5 = 5,
}
