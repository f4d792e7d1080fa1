namespace Holdfast.Mqtt.Client;

/// <summary>What was asked of the broker was not done; the message says why, in words and without secrets.</summary>
public sealed class MqttException : Exception
{
    public MqttException() { }

    public MqttException(string message)
        : base(message) { }

    public MqttException(string message, Exception innerException)
        : base(message, innerException) { }
}
