using Holdfast.Storage.ErasureCoding;
using Holdfast.Storage.Shards;
using Xunit;

namespace Holdfast.Storage.Tests.Shards;

/// <summary>The streams around the shards: failures, cancellation, progress, memory.</summary>
public sealed class ShardStreamTests
{
    private static readonly ShardLayout Layout = new(4, 2, MatrixKind.Cauchy, 1024);

    [Fact]
    public async Task A_shard_that_cannot_be_written_is_named()
    {
        var shards = Enumerable
            .Range(0, 6)
            .Select(i => (Stream)new FailingStream(i == 3 ? 5000 : long.MaxValue))
            .ToArray();
        var outcome = await new ShardWriter(Layout).WriteAsync(new MemoryStream(new byte[100_000]), shards);
        Assert.Equal(new ShardOutcome(ShardEnd.TargetFailed, null, 3, "No space left on device"), outcome);
    }

    [Fact]
    public async Task A_source_that_cannot_be_read_is_told()
    {
        var shards = Enumerable.Range(0, 6).Select(_ => new MemoryStream()).ToArray();
        var outcome = await new ShardWriter(Layout).WriteAsync(new FailingStream(10_000), shards);
        Assert.Equal((ShardEnd.SourceFailed, "No space left on device"), (outcome.End, outcome.Problem));
        // The header comes last: nobody takes it for a shard.
        Assert.Equal(ShardFault.NotAShard, ShardHeader.Parse(shards[0].ToArray()).Fault);
    }

    [Fact]
    public async Task A_target_that_cannot_be_written_is_told()
    {
        var written = await WrittenShards.OfAsync(Layout, 100_000);
        var reader = await WrittenShards.ReaderAsync(written.Streams());
        var outcome = await reader.CopyToAsync(new FailingStream(50_000));
        Assert.Equal((ShardEnd.TargetFailed, "No space left on device"), (outcome.End, outcome.Problem));
        outcome = await reader.RebuildAsync(new Dictionary<int, Stream> { [5] = new FailingStream(5000) });
        Assert.Equal((ShardEnd.TargetFailed, 5), (outcome.End, outcome.Shard));
    }

    [Fact]
    public async Task A_shard_that_breaks_while_it_is_read_is_made_up_for()
    {
        var written = await WrittenShards.OfAsync(Layout, 100_000);
        Stream[] shards = [.. written.Streams()];
        shards[1] = new FailingStream(9000, written.Shards[1]);
        var reader = await WrittenShards.ReaderAsync(shards);
        Assert.Equal(written.Source, (await WrittenShards.CopyAsync(reader)).Source);
        Assert.Equal(ShardFault.Unreadable, reader.Findings[1].Fault);
        Assert.Equal("has 1 damaged piece, in stripe 8: No space left on device", reader.Findings[1].Text);
    }

    [Theory]
    [InlineData(99, "it has 100 bytes, not 99")]
    [InlineData(101, "it has 100 bytes, not 101")]
    public async Task A_source_of_another_length_than_said_is_told(long said, string says)
    {
        var shards = Enumerable.Range(0, 6).Select(_ => new MemoryStream()).ToArray();
        var outcome = await new ShardWriter(Layout).WriteAsync(new MemoryStream(new byte[100]), shards, said);
        Assert.Equal((ShardEnd.SourceFailed, says), (outcome.End, outcome.Problem));
    }

    [Fact]
    public async Task Wrong_arguments_are_refused_before_anything_is_written()
    {
        var writer = new ShardWriter(Layout);
        var shards = Enumerable.Range(0, 6).Select(_ => new MemoryStream()).ToArray();
        await Assert.ThrowsAsync<ArgumentException>(() => writer.WriteAsync(Stream.Null, shards[..5]));
        await Assert.ThrowsAsync<ArgumentException>(() =>
            writer.WriteAsync(Stream.Null, [.. shards[..5], new OneWayStream(shards[5])])
        );
        await Assert.ThrowsAsync<ArgumentOutOfRangeException>(() => writer.WriteAsync(Stream.Null, shards, -1));
        Assert.All(shards, shard => Assert.Equal(0, shard.Length));
        Assert.Throws<ArgumentException>(() => new ShardWriter(Layout with { PieceLength = 0 }));
        Assert.Throws<NotMdsException>(() => new ShardWriter(new ShardLayout(200, 8, MatrixKind.Vandermonde, 16)));
        var reader = await WrittenShards.ReaderAsync((await WrittenShards.OfAsync(Layout, 100)).Streams());
        foreach (
            var lost in (int[][])
                [
                    [0, 1, 2],
                    [6],
                    [-1],
                ]
        )
        {
            await Assert.ThrowsAsync<ArgumentException>(() =>
                reader.RebuildAsync(lost.ToDictionary(index => index, _ => (Stream)new MemoryStream()))
            );
        }
    }

    [Fact]
    public async Task Progress_counts_the_bytes_of_the_source()
    {
        var (writing, reading) = (new Steps(), new Steps());
        var shards = Enumerable.Range(0, 6).Select(_ => new MemoryStream()).ToArray();
        await new ShardWriter(Layout).WriteAsync(new MemoryStream(new byte[10_000]), shards, progress: writing);
        Assert.Equal([4096, 8192, 10_000], writing.Seen);
        foreach (var shard in shards)
        {
            shard.Position = 0;
        }

        await (await WrittenShards.ReaderAsync(shards)).VerifyAsync(reading);
        Assert.Equal([4096, 8192, 10_000], reading.Seen);
    }

    [Fact]
    public async Task It_can_be_cancelled_in_between()
    {
        using var writing = new CancellationTokenSource();
        var shards = Enumerable.Range(0, 6).Select(_ => new MemoryStream()).ToArray();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() =>
            new ShardWriter(Layout).WriteAsync(new Endless(), shards, null, new Trigger(50_000, writing), writing.Token)
        );
        Assert.InRange(shards[0].Length, 10_000, 30_000);

        using var reading = new CancellationTokenSource();
        var written = await WrittenShards.OfAsync(Layout, 200_000);
        var reader = await WrittenShards.ReaderAsync(written.Streams());
        var target = new MemoryStream();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() =>
            reader.CopyToAsync(target, new Trigger(50_000, reading), reading.Token)
        );
        Assert.InRange(target.Length, 50_000, 60_000);
    }

    [Fact]
    public async Task The_next_stripe_is_read_while_one_is_written()
    {
        var source = new Watched();
        var shards = Enumerable
            .Range(0, 6)
            .Select(i => i == 0 ? (Stream)new Waiting(source) : new MemoryStream())
            .ToArray();
        var outcome = await new ShardWriter(Layout)
            .WriteAsync(source, shards, 3 * Layout.StripeLength)
            .WaitAsync(TimeSpan.FromSeconds(30));
        Assert.True(outcome.IsDone);
    }

    private sealed class Steps : IProgress<long>
    {
        public List<long> Seen { get; } = [];

        public void Report(long value) => Seen.Add(value);
    }

    private sealed class Trigger(long at, CancellationTokenSource cancel) : IProgress<long>
    {
        public void Report(long value)
        {
            if (value >= at)
            {
                cancel.Cancel();
            }
        }
    }

    /// <summary>Counts what is read of it.</summary>
    private class Watched : MemoryStream
    {
        private readonly TaskCompletionSource reached = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private long given;

        public long Left { get; set; } = 3 * Layout.StripeLength;

        public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
        {
            cancellationToken.ThrowIfCancellationRequested();
            var count = (int)Math.Min(buffer.Length, Left - given);
            given += count;
            if (given >= 2 * Layout.StripeLength)
            {
                reached.TrySetResult();
            }

            return ValueTask.FromResult(count);
        }

        /// <summary>Ends when two stripes were read.</summary>
        public Task ReachedAsync() => reached.Task;
    }

    private sealed class Endless : Watched
    {
        public Endless() => Left = long.MaxValue;
    }

    /// <summary>Takes the first stripe only when the second was read.</summary>
    private sealed class Waiting(Watched source) : MemoryStream
    {
        public override async ValueTask WriteAsync(
            ReadOnlyMemory<byte> buffer,
            CancellationToken cancellationToken = default
        )
        {
            if (buffer.Length > ShardHeader.Length)
            {
                await source.ReachedAsync();
            }

            await base.WriteAsync(buffer, cancellationToken);
        }
    }

    /// <summary>A medium that gives out.</summary>
    private sealed class FailingStream(long after, byte[]? content = null) : MemoryStream(content ?? new byte[200_000])
    {
        public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) =>
            Position + buffer.Length > after ? throw Failure() : base.ReadAsync(buffer, cancellationToken);

        public override ValueTask WriteAsync(
            ReadOnlyMemory<byte> buffer,
            CancellationToken cancellationToken = default
        ) => Position + buffer.Length > after ? throw Failure() : base.WriteAsync(buffer, cancellationToken);

        private static IOException Failure() => new("No space left on device");
    }
}
