using System.Buffers.Binary;
using System.Text;

namespace Holdfast.Mqtt.Packets;

/// <summary>
/// Writes MQTT's data types (MQTT 5.0 §1.5), or only counts how many bytes they would take: the same code runs first to
/// measure and then to write, since lengths stand before what they measure. What is written was checked before
/// (<see cref="MessageRules"/>).
/// </summary>
internal ref struct WireWriter
{
    private readonly Span<byte> buffer;
    private readonly bool measuring;

    private WireWriter(Span<byte> buffer, bool measuring)
    {
        this.buffer = buffer;
        this.measuring = measuring;
    }

    public int Length { get; private set; }

    public static WireWriter Measuring() => new([], measuring: true);

    public static WireWriter Into(Span<byte> buffer) => new(buffer, measuring: false);

    public static int VariableByteIntegerSize(int value) =>
        value switch
        {
            < 128 => 1,
            < 16_384 => 2,
            < 2_097_152 => 3,
            _ => 4,
        };

    public void Byte(byte value)
    {
        if (!measuring)
        {
            buffer[Length] = value;
        }

        Length++;
    }

    public void UInt16(ushort value)
    {
        if (!measuring)
        {
            BinaryPrimitives.WriteUInt16BigEndian(buffer[Length..], value);
        }

        Length += 2;
    }

    public void UInt32(uint value)
    {
        if (!measuring)
        {
            BinaryPrimitives.WriteUInt32BigEndian(buffer[Length..], value);
        }

        Length += 4;
    }

    public void VariableByteInteger(int value)
    {
        var left = (uint)value;
        while (left >= 128)
        {
            Byte((byte)(left | 0x80));
            left >>= 7;
        }

        Byte((byte)left);
    }

    public void Text(string text)
    {
        var length = measuring
            ? Encoding.UTF8.GetByteCount(text)
            : Encoding.UTF8.GetBytes(text, buffer[(Length + 2)..]);
        UInt16((ushort)length);
        Length += length;
    }

    public void Binary(ReadOnlySpan<byte> bytes)
    {
        UInt16((ushort)bytes.Length);
        Raw(bytes);
    }

    public void Raw(ReadOnlySpan<byte> bytes)
    {
        if (!measuring)
        {
            bytes.CopyTo(buffer[Length..]);
        }

        Length += bytes.Length;
    }
}
