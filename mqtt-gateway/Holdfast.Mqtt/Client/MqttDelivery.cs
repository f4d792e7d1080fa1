namespace Holdfast.Mqtt.Client;

/// <summary>A received message that its reader acknowledges itself.</summary>
public sealed class MqttDelivery
{
    private readonly Action finish;

    /// <param name="finish">Called by <see cref="Acknowledge"/>; it must stand being called again.</param>
    public MqttDelivery(MqttMessage message, Action finish)
    {
        Message = message;
        this.finish = finish;
    }

    public MqttMessage Message { get; }

    /// <summary>
    /// The reader is done with it: the broker is told when its turn comes, which is after all that came before it. Again does nothing.
    /// Without it the broker sends a message of QoS 1 or 2 again, in the next connection of the session.
    /// </summary>
    public void Acknowledge() => finish();
}
