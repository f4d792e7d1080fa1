using Holdfast.Storage.ErasureCoding;

namespace Holdfast.Storage.Tests.Raid;

/// <summary>Stripes for the tests.</summary>
internal static class RaidShards
{
    private const int OffsetMax = 64;

    /// <summary>Random content; each shard in an array of its own, somewhere in it.</summary>
    public static Memory<byte>[] Random(SeededRandom random, int count, int length)
    {
        var shards = new Memory<byte>[count];
        for (var i = 0; i < count; i++)
        {
            var array = new byte[length + (2 * OffsetMax)];
            random.Fill(array);
            shards[i] = array.AsMemory(random.Next(OffsetMax), length);
        }

        return shards;
    }

    /// <summary>P and Q as their definition says, with nothing of what is tested but the field.</summary>
    public static (byte[] P, byte[] Q) Expected(ReadOnlySpan<Memory<byte>> data)
    {
        var p = new byte[data[0].Length];
        var q = new byte[p.Length];
        for (var i = 0; i < data.Length; i++)
        {
            var weight = GaloisField.Power(2, i);
            var shard = data[i].Span;
            for (var at = 0; at < p.Length; at++)
            {
                p[at] ^= shard[at];
                q[at] ^= GaloisField.Multiply(weight, shard[at]);
            }
        }

        return (p, q);
    }

    public static byte[][] Copy(ReadOnlySpan<Memory<byte>> shards)
    {
        var copies = new byte[shards.Length][];
        for (var i = 0; i < copies.Length; i++)
        {
            copies[i] = shards[i].ToArray();
        }

        return copies;
    }

    public static bool Equal(byte[][] expected, ReadOnlySpan<Memory<byte>> actual)
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

    public static DataLocality AnyLocality(SeededRandom random) =>
        (DataLocality)random.Next(Enum.GetValues<DataLocality>().Length);
}
