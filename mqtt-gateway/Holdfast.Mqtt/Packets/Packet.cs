namespace Holdfast.Mqtt.Packets;

/// <summary>A control packet of MQTT 5.0 or 3.1.1 (§2.1). A closed set: the records of this folder.</summary>
internal abstract record Packet(PacketType Type);

/// <summary>§3.1. For 3.1.1 the properties are <see cref="Properties.None"/>.</summary>
internal sealed record ConnectPacket(MqttVersion Version, string ClientId, bool CleanStart, ushort KeepAliveSeconds)
    : Packet(PacketType.Connect)
{
    public Will? Will { get; init; }

    public string? UserName { get; init; }

    public ReadOnlyMemory<byte>? Password { get; init; }

    public Properties Properties { get; init; } = Properties.None;

    /// <summary>Without what could be a secret.</summary>
    public override string ToString() => $"CONNECT {Version} {ClientId}";
}

/// <summary>§3.1.3.2 to 3.1.3.4.</summary>
internal sealed record Will(
    string Topic,
    ReadOnlyMemory<byte> Payload,
    MqttQos Qos,
    bool Retain,
    Properties Properties
);

/// <summary>§3.2. A 3.1.1 return code stands here as the reason code that means the same.</summary>
internal sealed record ConnAckPacket(bool SessionPresent, ReasonCode Reason, Properties Properties)
    : Packet(PacketType.ConnAck);

/// <summary>§3.3. The packet identifier is 0 exactly with QoS 0. The topic is empty where an alias stands for it.</summary>
internal sealed record PublishPacket(string Topic, ReadOnlyMemory<byte> Payload, MqttQos Qos)
    : Packet(PacketType.Publish)
{
    public ushort PacketId { get; init; }

    public bool Retain { get; init; }

    public bool Duplicate { get; init; }

    public Properties Properties { get; init; } = Properties.None;
}

/// <summary>PUBACK, PUBREC, PUBREL, PUBCOMP (§3.4 to 3.7).</summary>
internal sealed record AckPacket(PacketType Type, ushort PacketId, ReasonCode Reason, Properties Properties)
    : Packet(Type)
{
    public AckPacket(PacketType type, ushort packetId, ReasonCode reason = ReasonCode.Success)
        : this(type, packetId, reason, Properties.None) { }
}

/// <summary>§3.8.</summary>
internal sealed record SubscribePacket(
    ushort PacketId,
    IReadOnlyList<Subscription> Subscriptions,
    Properties Properties
) : Packet(PacketType.Subscribe);

/// <summary>§3.8.3.1. 3.1.1 knows only the QoS.</summary>
internal sealed record Subscription(
    string Filter,
    MqttQos Qos,
    bool NoLocal = false,
    bool RetainAsPublished = false,
    RetainHandling RetainHandling = RetainHandling.Send
);

/// <summary>§3.9.</summary>
internal sealed record SubAckPacket(ushort PacketId, IReadOnlyList<ReasonCode> Reasons, Properties Properties)
    : Packet(PacketType.SubAck);

/// <summary>§3.10.</summary>
internal sealed record UnsubscribePacket(ushort PacketId, IReadOnlyList<string> Filters, Properties Properties)
    : Packet(PacketType.Unsubscribe);

/// <summary>§3.11. 3.1.1 has no reasons.</summary>
internal sealed record UnsubAckPacket(ushort PacketId, IReadOnlyList<ReasonCode> Reasons, Properties Properties)
    : Packet(PacketType.UnsubAck);

/// <summary>§3.12 and 3.13.</summary>
internal sealed record PingPacket : Packet
{
    public static readonly PingPacket Request = new(PacketType.PingReq);
    public static readonly PingPacket Response = new(PacketType.PingResp);

    private PingPacket(PacketType type)
        : base(type) { }
}

/// <summary>§3.14. 3.1.1 has neither reason nor properties, and only clients send it.</summary>
internal sealed record DisconnectPacket(ReasonCode Reason, Properties Properties) : Packet(PacketType.Disconnect);

/// <summary>§3.15; MQTT 5.0 only.</summary>
internal sealed record AuthPacket(ReasonCode Reason, Properties Properties) : Packet(PacketType.Auth);
