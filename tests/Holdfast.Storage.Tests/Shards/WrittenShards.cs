using System.Buffers.Binary;
using Holdfast.Storage.Checksums;
using Holdfast.Storage.ErasureCoding;
using Holdfast.Storage.Shards;
using Xunit;

namespace Holdfast.Storage.Tests.Shards;

/// <summary>A source and its shards in memory, for the tests to spoil.</summary>
internal sealed record WrittenShards(byte[] Source, ShardSet Set, byte[][] Shards)
{
    public static Task<WrittenShards> OfAsync(int k, int m, int pieceLength, int sourceLength, ulong seed = 1) =>
        OfAsync(new ShardLayout(k, m, MatrixKind.Cauchy, pieceLength), sourceLength, seed);

    public static async Task<WrittenShards> OfAsync(ShardLayout layout, int sourceLength, ulong seed = 1)
    {
        var source = ErasureCoding.Shards.Bytes(sourceLength, new SeededRandom(seed));
        var streams = Enumerable.Range(0, layout.TotalShards).Select(_ => new MemoryStream()).ToArray();
        var outcome = await new ShardWriter(layout).WriteAsync(new MemoryStream(source), streams);
        Assert.Equal((ShardEnd.Done, ""), (outcome.End, outcome.Problem));
        return new(source, outcome.Set!.Value, [.. streams.Select(stream => stream.ToArray())]);
    }

    public MemoryStream[] Streams(params int[] without) =>
        [.. Shards.Where((_, index) => !without.Contains(index)).Select(shard => new MemoryStream(shard))];

    /// <summary>Copies, so that the original stays as it was written.</summary>
    public WrittenShards Copy() => this with { Shards = [.. Shards.Select(shard => shard.ToArray())] };

    public static async Task<ShardReader> ReaderAsync(params IReadOnlyList<Stream> shards)
    {
        var opening = await ShardReader.OpenAsync(shards);
        Assert.Equal("", opening.Problem);
        return opening.Reader!;
    }

    /// <summary>What the reader gives back, and how that ended.</summary>
    public static async Task<(ShardOutcome Outcome, byte[] Source)> CopyAsync(ShardReader reader)
    {
        var target = new MemoryStream();
        var outcome = await reader.CopyToAsync(target);
        return (outcome, target.ToArray());
    }

    /// <summary>Looks which shards are bad, rebuilds these, and returns their bytes.</summary>
    public static async Task<(ShardVerdict Verdict, IReadOnlyDictionary<int, byte[]> Rebuilt)> RepairAsync(
        params IReadOnlyList<Stream> shards
    )
    {
        var reader = await ReaderAsync(shards);
        var verdict = await reader.VerifyAsync();
        var targets = verdict.Bad.ToDictionary(index => index, _ => (Stream)new MemoryStream());
        if (verdict.State == ShardSetState.Damaged)
        {
            Assert.Equal(ShardEnd.Done, (await reader.RebuildAsync(targets)).End);
        }

        return (verdict, targets.ToDictionary(pair => pair.Key, pair => ((MemoryStream)pair.Value).ToArray()));
    }

    /// <summary>Makes a header's checksum fit what it says.</summary>
    public static void SealHeader(Span<byte> shard) =>
        BinaryPrimitives.WriteUInt32LittleEndian(shard[60..], Crc32C.Compute(shard[..60]));
}
