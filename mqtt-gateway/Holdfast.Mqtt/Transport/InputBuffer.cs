using System.Buffers;

namespace Holdfast.Mqtt.Transport;

/// <summary>Received bytes that wait for the rest of their packet, in an array of the shared pool. Empty it holds no array.</summary>
internal sealed class InputBuffer : IDisposable
{
    /// <summary>Of a connection on which little comes.</summary>
    private const int ReadMin = 4 * 1024;

    /// <summary>Of one that filled its last read.</summary>
    private const int ReadMax = 64 * 1024;

    private byte[] array = [];
    private int start;
    private int end;

    /// <summary>Whether the last read left no room: more is probably there already.</summary>
    public bool WasFilled { get; private set; }

    public ReadOnlySequence<byte> Held => new(array, start, end - start);

    /// <summary>Room for the next read.</summary>
    public Memory<byte> Room()
    {
        var size = WasFilled ? ReadMax : ReadMin;
        if (array.Length - end < size)
        {
            // Twice what is held: a packet that comes in many pieces is not copied for each of them.
            Move(Math.Max(end - start + size, 2 * (end - start)));
        }

        return array.AsMemory(end);
    }

    public void Received(int count)
    {
        end += count;
        WasFilled = end == array.Length;
    }

    /// <summary>Forgets all but the last bytes, and the array where it is far too large for them.</summary>
    public void Keep(long count)
    {
        start = end - (int)count;
        if (count == 0)
        {
            Move(0);
        }
        else if (count < array.Length / 4)
        {
            Move((int)count);
        }
    }

    public void Dispose() => Keep(0);

    private void Move(int size)
    {
        var length = end - start;
        var other = size > 0 ? ArrayPool<byte>.Shared.Rent(size) : [];
        array.AsSpan(start, length).CopyTo(other);
        if (array.Length > 0)
        {
            ArrayPool<byte>.Shared.Return(array);
        }

        (array, start, end) = (other, 0, length);
    }
}
