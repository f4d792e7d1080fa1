using Holdfast.Storage.ErasureCoding;
using Holdfast.Storage.Shards;
using Xunit;

namespace Holdfast.Storage.Tests.Shards;

/// <summary>Counts what the process allocates: nothing else may run meanwhile.</summary>
[CollectionDefinition(nameof(FlatMemoryTests), DisableParallelization = true)]
[Collection(nameof(FlatMemoryTests))]
public sealed class FlatMemoryTests
{
    /// <summary>The buffers are there once; each further stripe costs the tasks of its reads and writes, a small part of its bytes.</summary>
    [Fact]
    public async Task Memory_stays_flat_over_a_long_stream()
    {
        var layout = new ShardLayout(10, 4, MatrixKind.Cauchy, 64 * 1024);
        await WriteAndReadAsync(layout, 2);
        var few = await WriteAndReadAsync(layout, 10);
        var many = await WriteAndReadAsync(layout, 210);
        Assert.InRange((many - few) / 200, 0, 3 * layout.TotalShards * 512);
    }

    private static async Task<long> WriteAndReadAsync(ShardLayout layout, int stripes)
    {
        var before = GC.GetTotalAllocatedBytes(precise: true);
        var length = (long)stripes * layout.StripeLength;
        var folder = Directory.CreateTempSubdirectory("holdfast-shards-");
        var shards = Enumerable.Range(0, layout.TotalShards).Select(i => Open(folder, i)).ToArray();
        try
        {
            Assert.True((await new ShardWriter(layout).WriteAsync(new Zeros(length), shards)).IsDone);
            shards[1].SetLength(0);
            foreach (var shard in shards)
            {
                shard.Position = 0;
            }

            var reader = await WrittenShards.ReaderAsync(shards);
            Assert.True((await reader.CopyToAsync(Stream.Null)).IsDone);
            Assert.Equal([1], (await reader.VerifyAsync()).Bad);
        }
        finally
        {
            Array.ForEach(shards, shard => shard.Dispose());
            folder.Delete(recursive: true);
        }

        return GC.GetTotalAllocatedBytes(precise: true) - before;
    }

    private static FileStream Open(DirectoryInfo folder, int index) =>
        new(
            Path.Combine(folder.FullName, $"{index}"),
            FileMode.CreateNew,
            FileAccess.ReadWrite,
            FileShare.None,
            bufferSize: 0,
            FileOptions.Asynchronous
        );

    /// <summary>As many zeros as were asked for.</summary>
    private sealed class Zeros(long length) : MemoryStream
    {
        private long left = length;

        public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
        {
            var count = (int)Math.Min(buffer.Length, left);
            left -= count;
            return ValueTask.FromResult(count);
        }
    }
}
