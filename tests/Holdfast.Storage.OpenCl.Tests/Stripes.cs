namespace Holdfast.Storage.OpenCl.Tests;

/// <summary>Shards for the tests.</summary>
internal static class Stripes
{
    /// <summary>Each shard begins at an address of its own choosing; the data is random, the parity garbage.</summary>
    public static Memory<byte>[] Random(int count, int length, SeededRandom random) =>
        [.. Enumerable.Range(0, count).Select(_ => Shard(length, random.Next(64), random))];

    public static byte[][] Copy(ReadOnlySpan<Memory<byte>> shards) =>
        [.. shards.ToArray().Select(shard => shard.ToArray())];

    public static bool Same(byte[][] expected, ReadOnlySpan<Memory<byte>> actual)
    {
        for (var i = 0; i < expected.Length; i++)
        {
            if (!actual[i].Span.SequenceEqual(expected[i]))
            {
                return false;
            }
        }

        return true;
    }

    private static Memory<byte> Shard(int length, int offset, SeededRandom random)
    {
        var bytes = new byte[offset + length];
        random.Fill(bytes);
        return bytes.AsMemory(offset);
    }
}
