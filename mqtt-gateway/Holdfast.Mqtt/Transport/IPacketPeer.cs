using Holdfast.Mqtt.Packets;

namespace Holdfast.Mqtt.Transport;

/// <summary>Whoever decides at one end of a connection: takes what was received, gives what is to be sent.</summary>
internal interface IPacketPeer
{
    /// <summary>Null before a broker has read CONNECT.</summary>
    MqttVersion? Version { get; }

    /// <summary>Of received packets, in bytes.</summary>
    int PacketSizeMax { get; }

    /// <summary>False: nothing more is to be read.</summary>
    bool Receive(Packet packet);

    /// <summary>So many bytes of whole packets were received.</summary>
    void Arrived(long bytes) { }

    /// <summary>What was received is not MQTT; nothing more is read.</summary>
    void Fail(DecodeError error);

    /// <summary>Writes packets until the buffer holds enough or none is left. False: close once these are sent.</summary>
    bool Fill(PooledBuffer buffer);

    /// <summary>What was filled in last has gone to the operating system.</summary>
    void Written();

    /// <summary>Completes when answers to what was received have room again.</summary>
    Task WaitForRoomAsync(CancellationToken cancellationToken);
}
