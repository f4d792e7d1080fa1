namespace Holdfast.Mqtt.Client;

/// <summary>A message in the <see cref="Inbox"/>, or with its reader.</summary>
internal sealed class Received(MqttMessage message, ushort packetId, int size)
{
    /// <summary>Null when the reader is done with it: what then is kept of a QoS 2 message is its identifier.</summary>
    public MqttMessage? Message { get; private set; } = message;

    public MqttQos Qos { get; } = message.Qos;

    public ushort PacketId { get; } = packetId;

    public int Size { get; } = size;

    /// <summary>On this connection its turn to be acknowledged will come.</summary>
    public bool IsInOrder { get; set; }

    public bool IsDone => Message is null;

    public void MarkDone() => Message = null;
}
