namespace Holdfast.Storage.Kernels;

/// <summary>What is checked before any buffer is touched.</summary>
internal static unsafe class ShardBounds
{
    /// <param name="numbers">What the caller calls these shards; none: they count from 0.</param>
    /// <exception cref="ArgumentException">A shard's length differs from the first one's, or is 0.</exception>
    public static int CommonLength(
        ReadOnlySpan<ReadOnlyMemory<byte>> shards,
        string parameter,
        ReadOnlySpan<int> numbers = default
    )
    {
        var length = shards[0].Length;
        if (length == 0)
        {
            throw new ArgumentException("The shards are empty; each holds at least one byte.", parameter);
        }

        for (var i = 1; i < shards.Length; i++)
        {
            if (shards[i].Length != length)
            {
                var (number, first) = numbers.IsEmpty ? (i, 0) : (numbers[i], numbers[0]);
                throw new ArgumentException(
                    $"Shard {number} has {shards[i].Length} bytes where shard {first} has {length}; all shards are equally long.",
                    parameter
                );
            }
        }

        return length;
    }

    /// <summary>Whether one of the outputs shares a byte with another buffer: it would be overwritten while it is still read.</summary>
    public static bool Overlap(byte** sources, int sourceCount, byte** outputs, int outputCount, nint length)
    {
        for (var output = 0; output < outputCount; output++)
        {
            for (var source = 0; source < sourceCount; source++)
            {
                if (Overlap(outputs[output], sources[source], length))
                {
                    return true;
                }
            }

            for (var other = output + 1; other < outputCount; other++)
            {
                if (Overlap(outputs[output], outputs[other], length))
                {
                    return true;
                }
            }
        }

        return false;
    }

    // Unsigned distances: one comparison a direction.
    public static bool Overlap(byte* a, byte* b, nint length) =>
        (nuint)(a - b) < (nuint)length || (nuint)(b - a) < (nuint)length;
}
