namespace Holdfast.Mqtt.Client;

/// <summary>What the broker said to one filter of a SUBSCRIBE or UNSUBSCRIBE (MQTT 5.0 §3.9.3, §3.11.3).</summary>
/// <param name="Qos">Granted; it may be less than what was asked for.</param>
/// <param name="Detail">In words why not, with the reason code; empty when granted.</param>
public readonly record struct SubscriptionAnswer(string Filter, bool IsGranted, MqttQos Qos, string Detail);
