namespace Holdfast.Storage.Tests.ErasureCoding;

/// <summary>Shards for the tests.</summary>
internal static class Shards
{
    /// <summary>Shards in arrays of their own; the data random, the parity garbage.</summary>
    public static Memory<byte>[] Random(int count, int length, SeededRandom random) =>
        [.. Enumerable.Range(0, count).Select(_ => new Memory<byte>(Bytes(length, random)))];

    public static byte[] Bytes(int length, SeededRandom random)
    {
        var bytes = new byte[length];
        random.Fill(bytes);
        return bytes;
    }

    public static byte[][] Copy(IEnumerable<Memory<byte>> shards) => [.. shards.Select(shard => shard.ToArray())];
}
