namespace Holdfast.Mqtt.Packets;

/// <summary>The properties of a packet (MQTT 5.0 §2.2.2); null is "not there". Never sent to or read from 3.1.1.</summary>
internal sealed record Properties
{
    public static readonly Properties None = new();

    /// <summary>0: bytes, 1: UTF-8.</summary>
    public byte? PayloadFormatIndicator { get; set; }

    /// <summary>Seconds.</summary>
    public uint? MessageExpiryInterval { get; set; }

    public string? ContentType { get; set; }

    public string? ResponseTopic { get; set; }

    public ReadOnlyMemory<byte>? CorrelationData { get; set; }

    /// <summary>1 to 268,435,455 each; several only in a PUBLISH from the server.</summary>
    public IReadOnlyList<uint> SubscriptionIdentifiers { get; set; } = [];

    /// <summary>Seconds; 0xFFFFFFFF: for ever.</summary>
    public uint? SessionExpiryInterval { get; set; }

    public string? AssignedClientIdentifier { get; set; }

    /// <summary>Seconds.</summary>
    public ushort? ServerKeepAlive { get; set; }

    public string? AuthenticationMethod { get; set; }

    public ReadOnlyMemory<byte>? AuthenticationData { get; set; }

    public bool? RequestProblemInformation { get; set; }

    /// <summary>Seconds.</summary>
    public uint? WillDelayInterval { get; set; }

    public bool? RequestResponseInformation { get; set; }

    public string? ResponseInformation { get; set; }

    public string? ServerReference { get; set; }

    public string? ReasonString { get; set; }

    public ushort? ReceiveMaximum { get; set; }

    public ushort? TopicAliasMaximum { get; set; }

    public ushort? TopicAlias { get; set; }

    /// <summary>0 or 1; absent: 2.</summary>
    public byte? MaximumQos { get; set; }

    public bool? RetainAvailable { get; set; }

    public IReadOnlyList<KeyValuePair<string, string>> UserProperties { get; set; } = [];

    /// <summary>Bytes, with the fixed header.</summary>
    public uint? MaximumPacketSize { get; set; }

    public bool? WildcardSubscriptionAvailable { get; set; }

    public bool? SubscriptionIdentifierAvailable { get; set; }

    public bool? SharedSubscriptionAvailable { get; set; }
}
