using System.Buffers;
using System.Text;

namespace Holdfast.Mqtt.Broker.Persistence;

/// <summary>The journal's data types: numbers of seven bits a byte, the lowest first; texts and bytes behind their length.</summary>
internal sealed class EntryWriter : IBufferWriter<byte>
{
    private const int LengthMin = 16 * 1024;

    private byte[] bytes = [];

    public int Length { get; private set; }

    public ReadOnlySpan<byte> Written => bytes.AsSpan(0, Length);

    public void Byte(byte value)
    {
        GetSpan(1)[0] = value;
        Length++;
    }

    public void Number(long value)
    {
        var left = (ulong)value;
        while (left >= 128)
        {
            Byte((byte)(left | 0x80));
            left >>= 7;
        }

        Byte((byte)left);
    }

    public void Text(string text)
    {
        var count = Encoding.UTF8.GetByteCount(text);
        Number(count);
        Length += Encoding.UTF8.GetBytes(text, GetSpan(count));
    }

    public void Advance(int count) => Length += count;

    public Memory<byte> GetMemory(int sizeHint = 0)
    {
        Reserve(sizeHint);
        return bytes.AsMemory(Length);
    }

    public Span<byte> GetSpan(int sizeHint = 0)
    {
        Reserve(sizeHint);
        return bytes.AsSpan(Length);
    }

    /// <summary>Empty again; the room of a burst is given back.</summary>
    public void Clear()
    {
        Length = 0;
        bytes = bytes.Length > 16 * LengthMin ? [] : bytes;
    }

    private void Reserve(int more)
    {
        if (bytes.Length - Length < more)
        {
            Array.Resize(ref bytes, Math.Max(LengthMin, Math.Max(2 * bytes.Length, Length + more)));
        }
    }
}
