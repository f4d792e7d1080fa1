namespace Holdfast.Mqtt.Broker.Figures;

/// <summary>What went through a broker since its start. Counted under the broker's lock.</summary>
internal sealed class Traffic
{
    public long PacketsReceived { get; set; }

    public long PacketsSent { get; set; }

    public long PublishesReceived { get; set; }

    public long PublishesSent { get; set; }

    /// <summary>Of payloads.</summary>
    public long PublishBytesReceived { get; set; }

    /// <summary>Of payloads.</summary>
    public long PublishBytesSent { get; set; }

    public long BytesReceived { get; set; }

    public long BytesSent { get; set; }

    /// <summary>Connections made.</summary>
    public long Sockets { get; set; }

    /// <summary>CONNECT packets.</summary>
    public long Connects { get; set; }
}
