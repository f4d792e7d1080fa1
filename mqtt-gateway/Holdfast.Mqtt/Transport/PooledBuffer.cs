using System.Buffers;

namespace Holdfast.Mqtt.Transport;

/// <summary>Bytes on their way out, in an array of the shared pool. Empty it holds no array.</summary>
internal sealed class PooledBuffer : IBufferWriter<byte>, IDisposable
{
    private const int SizeMin = 4096;

    private byte[] array = [];

    public int Length { get; private set; }

    public ReadOnlyMemory<byte> Written => array.AsMemory(0, Length);

    public void Advance(int count)
    {
        Invariant.Require(count >= 0 && Length + count <= array.Length, "what is written fits what was asked for");
        Length += count;
    }

    public Memory<byte> GetMemory(int sizeHint = 0)
    {
        Reserve(Math.Max(1, sizeHint));
        return array.AsMemory(Length);
    }

    public Span<byte> GetSpan(int sizeHint = 0) => GetMemory(sizeHint).Span;

    /// <summary>Forgets the bytes and gives the array back.</summary>
    public void Clear()
    {
        if (array.Length > 0)
        {
            ArrayPool<byte>.Shared.Return(array);
        }

        array = [];
        Length = 0;
    }

    public void Dispose() => Clear();

    private void Reserve(int more)
    {
        if (array.Length - Length >= more)
        {
            return;
        }

        var larger = ArrayPool<byte>.Shared.Rent(Math.Max(SizeMin, Math.Max(Length + more, 2 * Length)));
        Written.CopyTo(larger);
        var length = Length;
        Clear();
        array = larger;
        Length = length;
    }
}
