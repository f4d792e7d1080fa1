using Holdfast.Storage.ErasureCoding;
using Xunit;

namespace Holdfast.Storage.Tests.ErasureCoding;

public sealed class ParallelEncoderTests
{
    private readonly ErasureCode code = ErasureCode.Create(6, 3);

    [Theory]
    [InlineData(1)]
    [InlineData(5000)]
    [InlineData(400_000)]
    [InlineData(1_000_001)]
    [InlineData((1 << 20) + 3)]
    public void Many_cores_compute_what_one_does(int length)
    {
        var shards = Shards.Random(9, length, new SeededRandom(1));
        code.Encode(shards);
        var expected = Shards.Copy(shards);
        foreach (var parity in shards[6..])
        {
            parity.Span.Clear();
        }

        var gain = new ParallelEncoder(code, cores: 4).Encode(shards);

        AssertSame(expected, shards);
        Assert.Equal(length >= 400_000, gain.Workers > 1);
    }

    [Fact]
    public void It_says_when_more_cores_do_not_pay()
    {
        var encoder = new ParallelEncoder(code, cores: 8);
        var small = encoder.Estimate(4096);
        Assert.Equal(1, small.Workers);
        Assert.Contains("less than 512 KiB", small.Reason, StringComparison.Ordinal);
        Assert.Equal(8, encoder.Estimate(16 << 20).Workers);
        Assert.Equal("There is one core.", new ParallelEncoder(code, cores: 1).Estimate(16 << 20).Reason);
    }

    [Fact]
    public void What_one_core_refuses_many_refuse_before_they_write()
    {
        var shards = Shards.Random(9, 1 << 20, new SeededRandom(2));
        shards[8] = shards[7];
        var before = Shards.Copy(shards);
        Assert.Throws<ArgumentException>(() => new ParallelEncoder(code, cores: 4).Encode(shards));
        Assert.Throws<ArgumentException>(() => new ParallelEncoder(code, cores: 4).Encode(shards[1..]));
        AssertSame(before, shards);
        Assert.Throws<ArgumentOutOfRangeException>(() => new ParallelEncoder(code, cores: 0));
        Assert.Throws<ArgumentOutOfRangeException>(() => new ParallelEncoder(code).Estimate(0));
    }

    [Theory]
    [InlineData(100)]
    [InlineData(1 << 20)]
    public void A_cancelled_encode_ends(int length)
    {
        var shards = Shards.Random(9, length, new SeededRandom(3));
        Assert.ThrowsAny<OperationCanceledException>(() =>
            new ParallelEncoder(code, cores: 4).Encode(shards, cancel: new CancellationToken(canceled: true))
        );
    }

    [Theory]
    [InlineData(1, 1)]
    [InlineData(4096, 3)]
    [InlineData(16_387, 4)]
    [InlineData(int.MaxValue, 4)]
    [InlineData(int.MaxValue, 96)]
    public void Every_column_is_one_workers_and_no_two_share_a_page(int length, int workers)
    {
        var shares = new ColumnShares(length, workers);
        long next = 0;
        for (var worker = 0; worker < workers; worker++)
        {
            var (from, size) = shares[worker];
            if (size > 0)
            {
                Assert.Equal(next, from);
                Assert.Equal(0, from % 4096);
                next += size;
            }
        }

        Assert.Equal(length, next);
    }

    // The assertion for collections takes seconds over megabytes.
    private static void AssertSame(byte[][] expected, Memory<byte>[] shards) =>
        Assert.All(shards, (shard, i) => Assert.True(shard.Span.SequenceEqual(expected[i]), $"shard {i} differs"));
}
