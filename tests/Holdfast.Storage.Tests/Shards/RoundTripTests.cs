using FsCheck;
using FsCheck.Fluent;
using Holdfast.Storage.ErasureCoding;
using Holdfast.Storage.Shards;
using Xunit;

namespace Holdfast.Storage.Tests.Shards;

/// <summary>What went in comes out, whatever is lost or spoiled within what the code bears.</summary>
public sealed class RoundTripTests
{
    public static TheoryData<int, int, int> Sizes =>
        [
            .. from code in (int[])[1, 2, 5, 10]
            from piece in (int[])[1, 3, 64]
            from m in (int[])[1, 3]
            select (code, m, piece),
        ];

    [Theory]
    [MemberData(nameof(Sizes))]
    public async Task Every_length_around_the_ends_of_stripes_comes_back(int k, int m, int piece)
    {
        for (
            var length = 0;
            length <= (2 * k * piece) + 1;
            length += length < k * piece ? Math.Max(1, k * piece / 40) : 1
        )
        {
            var written = await WrittenShards.OfAsync(k, m, piece, length);
            Assert.All(written.Shards, shard => Assert.Equal(written.Set.ShardLength, shard.Length));
            int[] lost = [.. Enumerable.Range(0, m)];
            var (outcome, source) = await WrittenShards.CopyAsync(
                await WrittenShards.ReaderAsync(written.Streams(lost))
            );
            Assert.Equal(ShardEnd.Done, outcome.End);
            Assert.Equal(written.Source, source);
        }
    }

    [Fact]
    public void Any_losses_and_damages_that_leave_k_pieces_of_each_stripe_are_made_up_for_and_repaired() =>
        Prop.ForAll(Gen.Choose(0, int.MaxValue).ToArbitrary(), seed => HoldsAsync(new SeededRandom((ulong)seed)))
            .QuickCheckThrowOnFailure();

    [Theory]
    [InlineData(128, 127)]
    [InlineData(254, 1)]
    [InlineData(1, 254)]
    public async Task The_largest_codes_work(int k, int m)
    {
        var written = await WrittenShards.OfAsync(k, m, 16, 9999);
        int[] lost = [.. Enumerable.Range(0, k + m).Where(i => i % 2 == 0).Take(m)];
        var (_, source) = await WrittenShards.CopyAsync(await WrittenShards.ReaderAsync(written.Streams(lost)));
        Assert.Equal(written.Source, source);
        var (verdict, rebuilt) = await WrittenShards.RepairAsync(written.Streams(lost));
        Assert.Equal(lost, verdict.Bad);
        Assert.All(rebuilt, pair => Assert.Equal(written.Shards[pair.Key], pair.Value));
    }

    [Fact]
    public async Task Vandermonde_shards_come_back_too()
    {
        var written = await WrittenShards.OfAsync(new ShardLayout(6, 3, MatrixKind.Vandermonde, 100), 5000);
        var (_, source) = await WrittenShards.CopyAsync(await WrittenShards.ReaderAsync(written.Streams(0, 3, 8)));
        Assert.Equal(written.Source, source);
    }

    [Fact]
    public async Task Streams_that_cannot_seek_are_written_where_the_length_is_known_and_read_in_one_pass()
    {
        var seekable = await WrittenShards.OfAsync(4, 2, 64, 3000);
        var targets = Enumerable.Range(0, 6).Select(_ => new MemoryStream()).ToArray();
        var outcome = await new ShardWriter(seekable.Set.Layout, id: seekable.Set.Id).WriteAsync(
            new OneWayStream(new MemoryStream(seekable.Source)),
            [.. targets.Select(target => new OneWayStream(target))],
            sourceLength: 3000
        );
        Assert.Equal(seekable.Set, outcome.Set);
        Assert.Equal(seekable.Shards, targets.Select(target => target.ToArray()));

        // In stripe 9 shard 1 lies: shard 4 is then read for the first time, from its ninth piece on.
        var spoiled = seekable.Copy();
        spoiled.Shards[1][(int)spoiled.Set.PieceOffset(9)] ^= 1;
        Stream[] oneWay = [.. spoiled.Streams().Select(stream => new OneWayStream(stream))];
        var reader = await WrittenShards.ReaderAsync(oneWay);
        var (_, source) = await WrittenShards.CopyAsync(reader);
        Assert.Equal(seekable.Source, source);
        Assert.Equal(ShardFault.Damaged, reader.Findings[1].Fault);
        Assert.All(
            reader.Findings.Where(finding => finding.Position != 1),
            f => Assert.Equal(ShardFault.None, f.Fault)
        );
    }

    [Fact]
    public async Task Two_sets_have_two_ids()
    {
        var (a, b) = (await WrittenShards.OfAsync(2, 1, 8, 100), await WrittenShards.OfAsync(2, 1, 8, 100));
        Assert.NotEqual(a.Set.Id, b.Set.Id);
        Assert.Equal(a.Source, b.Source);
    }

    /// <summary>Loses some shards and flips bytes of others, m at most of any stripe.</summary>
    private static async Task HoldsAsync(SeededRandom random)
    {
        var (k, m, piece) = (1 + random.Next(30), 1 + random.Next(10), 1 + random.Next(300));
        var written = await WrittenShards.OfAsync(k, m, piece, random.Next(20_000), (ulong)random.Next(1000));
        var order = Enumerable.Range(0, k + m).OrderBy(_ => random.Next(int.MaxValue)).ToArray();
        var lost = order[..random.Next(m + 1)];
        var spoiled = written.Copy();
        for (long stripe = 0; stripe < written.Set.Stripes; stripe++)
        {
            var bad = order[lost.Length..]
                .OrderBy(_ => random.Next(int.MaxValue))
                .Take(random.Next(m - lost.Length + 1));
            foreach (var shard in bad)
            {
                var at = written.Set.PieceOffset(stripe) + random.Next(written.Set.PieceLengthOf(stripe) + 4);
                spoiled.Shards[shard][at] ^= (byte)(1 + random.Next(255));
            }
        }

        var (outcome, source) = await WrittenShards.CopyAsync(await WrittenShards.ReaderAsync(spoiled.Streams(lost)));
        Assert.Equal((ShardEnd.Done, ""), (outcome.End, outcome.Problem));
        Assert.Equal(written.Source, source);

        var reader = await WrittenShards.ReaderAsync(spoiled.Streams(lost));
        var verdict = await reader.VerifyAsync();
        int[] changed =
        [
            .. Enumerable
                .Range(0, k + m)
                .Where(i => lost.Contains(i) || !written.Shards[i].AsSpan().SequenceEqual(spoiled.Shards[i])),
        ];
        Assert.Equal(changed, verdict.Bad);
        Assert.NotEqual(ShardSetState.Lost, verdict.State);
        // More than m shards may lie, each elsewhere; m at a time are rebuilt.
        foreach (var some in changed.Chunk(m))
        {
            var targets = some.ToDictionary(index => index, _ => (Stream)new MemoryStream());
            Assert.Equal(ShardEnd.Done, (await reader.RebuildAsync(targets)).End);
            Assert.All(targets, pair => Assert.Equal(written.Shards[pair.Key], ((MemoryStream)pair.Value).ToArray()));
        }
    }
}
