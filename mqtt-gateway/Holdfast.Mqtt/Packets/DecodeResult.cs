using System.Diagnostics.CodeAnalysis;

namespace Holdfast.Mqtt.Packets;

/// <summary>A packet, an error, or neither: then more bytes are needed.</summary>
internal readonly record struct DecodeResult(Packet? Packet, DecodeError? Error)
{
    public static DecodeResult NeedsMore => default;

    [MemberNotNullWhen(false, nameof(Packet))]
    public bool IsIncomplete => Packet is null && Error is null;
}
