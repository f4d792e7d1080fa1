using System.Buffers;

namespace Holdfast.Mqtt.Packets;

/// <summary>
/// Turns received bytes into packets (MQTT 5.0 §2, MQTT 3.1.1 §2), as many as are there. What it guarantees: malformed bytes
/// give an error with the reason code to answer, never an exception; a packet that is too large is refused as soon as its
/// length is read; nothing is allocated before the packet is there in full.
/// </summary>
internal static class PacketDecoder
{
    /// <summary>The largest packet that MQTT can say, in bytes with its fixed header.</summary>
    public const int SizeMax = FixedHeaderSizeMax + WireReader.VariableByteIntegerMax;

    private const int FixedHeaderSizeMax = 5;

    /// <summary>Takes one packet from the front of the input; leaves the input alone where it is not complete.</summary>
    /// <param name="version">What CONNECT said; null before it: then nothing but CONNECT is taken [MQTT-3.1.0-1].</param>
    /// <param name="sizeMax">The largest packet, in bytes with its fixed header.</param>
    public static DecodeResult Decode(ref ReadOnlySequence<byte> input, MqttVersion? version, int sizeMax)
    {
        if (input.IsEmpty)
        {
            return DecodeResult.NeedsMore;
        }

        Span<byte> start = stackalloc byte[FixedHeaderSizeMax];
        start = start[..(int)Math.Min(input.Length, FixedHeaderSizeMax)];
        input.Slice(0, start.Length).CopyTo(start);
        var type = (PacketType)(start[0] >> 4);
        if (CheckType(type, start[0] & 0x0F, version) is { } error)
        {
            return new DecodeResult(null, error with { Type = type });
        }

        if (!TryReadLength(start[1..], out var bodyLength, out var lengthSize))
        {
            return start.Length < FixedHeaderSizeMax
                ? DecodeResult.NeedsMore
                : Failed(type, ReasonCode.MalformedPacket, "remaining length of more than four bytes (§2.1.4)");
        }

        var headerSize = 1 + lengthSize;
        if (headerSize + bodyLength > sizeMax)
        {
            return Failed(type, ReasonCode.PacketTooLarge, $"a packet of more than {sizeMax} bytes (§3.1.2.11.4)");
        }

        if (input.Length < headerSize + bodyLength)
        {
            return DecodeResult.NeedsMore;
        }

        var result = DecodeBody(input.Slice(headerSize, bodyLength), start[0], version);
        input = input.Slice(headerSize + bodyLength);
        return result;
    }

    private static DecodeResult Failed(PacketType type, ReasonCode reason, string text) =>
        new(null, new DecodeError(reason, text) { Type = type });

    private static DecodeError? CheckType(PacketType type, int flags, MqttVersion? version)
    {
        if (version is null && type != PacketType.Connect)
        {
            return new DecodeError(ReasonCode.ProtocolError, "the first packet is not CONNECT [MQTT-3.1.0-1]");
        }

        if (type == 0 || (type == PacketType.Auth && version != MqttVersion.V5))
        {
            return new DecodeError(ReasonCode.MalformedPacket, "a reserved packet type (§2.1.2)");
        }

        var flagsFixed = type is PacketType.PubRel or PacketType.Subscribe or PacketType.Unsubscribe ? 2 : 0;
        // 3.1 gives CONNECT flags without meaning: the decoder of CONNECT looks at them once it knows the version.
        return type is PacketType.Publish or PacketType.Connect || flags == flagsFixed
            ? null
            : new DecodeError(
                ReasonCode.MalformedPacket,
                "reserved flags of the fixed header [MQTT-2.1.3-1]",
                DecodeFault.HeaderFlags
            );
    }

    // Small devices write longer forms of the length than needed, which 3.1.1 lets them: so no check of [MQTT-1.5.5-1] here.
    private static bool TryReadLength(ReadOnlySpan<byte> bytes, out int value, out int size)
    {
        value = 0;
        for (size = 1; size <= bytes.Length; size++)
        {
            var digit = bytes[size - 1];
            value |= (digit & 0x7F) << (7 * (size - 1));
            if (digit < 0x80)
            {
                return true;
            }
        }

        return false;
    }

    private static DecodeResult DecodeBody(ReadOnlySequence<byte> body, byte firstByte, MqttVersion? version)
    {
        if (body.IsSingleSegment)
        {
            return DecodeBody(body.FirstSpan, firstByte, version);
        }

        var rented = ArrayPool<byte>.Shared.Rent((int)body.Length);
        try
        {
            body.CopyTo(rented);
            return DecodeBody(rented.AsSpan(0, (int)body.Length), firstByte, version);
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(rented);
        }
    }

    private static DecodeResult DecodeBody(ReadOnlySpan<byte> body, byte firstByte, MqttVersion? version)
    {
        var type = (PacketType)(firstByte >> 4);
        var reader = new WireReader(body);
        MqttVersion? connectVersion = null;
        var packet =
            type == PacketType.Connect
                ? ConnectDecoder.Decode(ref reader, firstByte & 0x0F, out connectVersion)
                : DecodeBody(ref reader, type, firstByte & 0x0F, version ?? MqttVersion.V5);
        if (!reader.IsAtEnd)
        {
            reader.Fail(ReasonCode.MalformedPacket, "bytes after the end of the packet (§2.1.4)", DecodeFault.TooLong);
        }

        return reader.Error is { } error
            ? new DecodeResult(null, error with { Type = type, ConnectVersion = connectVersion })
            : new DecodeResult(packet, null);
    }

    private static Packet DecodeBody(ref WireReader reader, PacketType type, int flags, MqttVersion version) =>
        type switch
        {
            PacketType.ConnAck => ConnectDecoder.DecodeConnAck(ref reader, version),
            PacketType.Publish => PublishDecoder.Decode(ref reader, flags, version),
            PacketType.Subscribe => SubscribeDecoder.DecodeSubscribe(ref reader, version),
            PacketType.SubAck => SubscribeDecoder.DecodeSubAck(ref reader, version),
            PacketType.Unsubscribe => SubscribeDecoder.DecodeUnsubscribe(ref reader, version),
            PacketType.UnsubAck => SubscribeDecoder.DecodeUnsubAck(ref reader, version),
            PacketType.PingReq => PingPacket.Request,
            PacketType.PingResp => PingPacket.Response,
            PacketType.Disconnect => ReasonDecoder.DecodeDisconnect(ref reader, version),
            PacketType.Auth => ReasonDecoder.DecodeAuth(ref reader),
            _ => ReasonDecoder.DecodeAck(ref reader, type, version),
        };
}
