using System.Buffers.Binary;
using System.Text;

namespace Holdfast.Mqtt.Packets;

/// <summary>
/// Reads MQTT's data types (MQTT 5.0 §1.5) from a packet's body. The first error sticks: everything read after it is
/// zero or empty, so that a decoder reads on without checks and looks once at the end.
/// </summary>
internal ref struct WireReader(ReadOnlySpan<byte> body)
{
    /// <summary>The most a variable byte integer can say (§1.5.5).</summary>
    public const int VariableByteIntegerMax = 268_435_455;

    private ReadOnlySpan<byte> rest = body;

    public DecodeError? Error { get; private set; }

    /// <summary>Whether everything is read; also after an error, so that loops end.</summary>
    public readonly bool IsAtEnd => rest.IsEmpty;

    public void Fail(ReasonCode reason, string text, DecodeFault fault = DecodeFault.Other)
    {
        Error ??= new DecodeError(reason, text, fault);
        rest = [];
    }

    public void FailMalformed(string text) => Fail(ReasonCode.MalformedPacket, text);

    public byte Byte() => Take(1) is [var value] ? value : (byte)0;

    public ushort UInt16() => Take(2) is { Length: 2 } bytes ? BinaryPrimitives.ReadUInt16BigEndian(bytes) : (ushort)0;

    public uint UInt32() => Take(4) is { Length: 4 } bytes ? BinaryPrimitives.ReadUInt32BigEndian(bytes) : 0;

    /// <summary>A packet identifier: not zero [MQTT-2.2.1-3].</summary>
    public ushort PacketId()
    {
        var id = UInt16();
        if (id == 0)
        {
            Fail(ReasonCode.ProtocolError, "packet identifier 0 [MQTT-2.2.1-3]");
        }

        return id;
    }

    public int VariableByteInteger()
    {
        var value = 0;
        for (var shift = 0; shift < 28; shift += 7)
        {
            var digit = Byte();
            value |= (digit & 0x7F) << shift;
            if (digit < 0x80)
            {
                if (digit == 0 && shift > 0)
                {
                    FailMalformed("variable byte integer longer than needed [MQTT-1.5.5-1]");
                }

                return Error is null ? value : 0;
            }
        }

        FailMalformed("variable byte integer of more than four bytes (§1.5.5)");
        return 0;
    }

    public string Text()
    {
        var bytes = Take(UInt16());
        if (!Utf8Rules.IsValid(bytes))
        {
            FailMalformed("ill-formed UTF-8, a surrogate or U+0000 [MQTT-1.5.4-1], [MQTT-1.5.4-2]");
            return "";
        }

        return Encoding.UTF8.GetString(bytes);
    }

    /// <summary>A copy of binary data (§1.5.6).</summary>
    public ReadOnlyMemory<byte> Binary() => Take(UInt16()).ToArray();

    /// <summary>A copy of all that is left.</summary>
    public ReadOnlyMemory<byte> Rest() => Take(rest.Length).ToArray();

    /// <summary>Cuts off a part with a length of its own.</summary>
    public WireReader Part(int length) => new(Take(length));

    private ReadOnlySpan<byte> Take(int count)
    {
        if (count > rest.Length)
        {
            FailMalformed("the packet ends inside a field (§1.5)");
            return [];
        }

        var taken = rest[..count];
        rest = rest[count..];
        return taken;
    }
}
