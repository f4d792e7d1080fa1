namespace Holdfast.Mqtt.Client;

/// <summary>A message that several streams got: the broker is told when the last of them is done.</summary>
internal sealed class SharedDelivery(MqttDelivery delivery, int readers)
{
    private int left = readers;

    public MqttMessage Message => delivery.Message;

    public void Done()
    {
        if (Interlocked.Decrement(ref left) == 0)
        {
            delivery.Acknowledge();
        }
    }
}
