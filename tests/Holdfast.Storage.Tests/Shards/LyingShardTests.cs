using System.Buffers.Binary;
using Holdfast.Storage.Shards;
using Xunit;

namespace Holdfast.Storage.Tests.Shards;

/// <summary>Whatever is done to a shard is noticed, named and healed.</summary>
public sealed class LyingShardTests
{
    [Fact]
    public async Task A_single_changed_byte_anywhere_is_found_and_healed()
    {
        var written = await WrittenShards.OfAsync(3, 2, 16, 100);
        for (var shard = 0; shard < 5; shard++)
        {
            for (var at = 0; at < written.Shards[shard].Length; at++)
            {
                var spoiled = written.Copy();
                spoiled.Shards[shard][at] ^= 0x40;
                var (verdict, rebuilt) = await WrittenShards.RepairAsync(spoiled.Streams());
                Assert.Equal(ShardSetState.Damaged, verdict.State);
                Assert.Equal(shard, Assert.Single(verdict.Bad));
                Assert.Equal(written.Shards[shard], rebuilt[shard]);
            }
        }
    }

    [Fact]
    public async Task A_shard_that_ends_too_early_anywhere_is_found_and_healed()
    {
        var written = await WrittenShards.OfAsync(3, 2, 16, 100);
        for (var length = 0; length < written.Shards[1].Length; length++)
        {
            var spoiled = written.Copy();
            spoiled.Shards[1] = spoiled.Shards[1][..length];
            Assert.Equal(written.Source, (await WrittenShards.CopyAsync(await ReaderAsync(spoiled, false))).Source);
            Assert.Equal(written.Source, (await WrittenShards.CopyAsync(await ReaderAsync(spoiled, true))).Source);
            var (verdict, rebuilt) = await WrittenShards.RepairAsync(spoiled.Streams());
            Assert.Equal((ShardSetState.Damaged, 1), (verdict.State, Assert.Single(verdict.Bad)));
            Assert.Equal(written.Shards[1], rebuilt[1]);
        }
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_shard_that_is_cut_off_or_goes_on_is_told(bool oneWay)
    {
        var spoiled = (await WrittenShards.OfAsync(3, 2, 16, 100)).Copy();
        spoiled.Shards[0] = spoiled.Shards[0][..100];
        spoiled.Shards[4] = [.. spoiled.Shards[4], 0];
        var reader = await ReaderAsync(spoiled, oneWay);
        var verdict = await reader.VerifyAsync();
        Assert.Equal([0, 4], verdict.Bad);
        Assert.Equal("ends after 100 of 110 bytes", reader.Findings[0].Text);
        Assert.Equal(ShardFault.Truncated, reader.Findings[0].Fault);
        Assert.Equal(ShardFault.TooLong, reader.Findings[4].Fault);
        Assert.Equal(oneWay ? "goes on after its end" : "has 111 bytes instead of 110", reader.Findings[4].Text);
    }

    [Fact]
    public async Task Who_lied_is_told_while_the_source_is_given_back()
    {
        var spoiled = (await WrittenShards.OfAsync(3, 2, 16, 1000)).Copy();
        foreach (var stripe in (long[])[2, 5])
        {
            spoiled.Shards[1][(int)spoiled.Set.PieceOffset(stripe) + 3] ^= 1;
        }

        var reader = await WrittenShards.ReaderAsync(spoiled.Streams());
        Assert.Equal(spoiled.Source, (await WrittenShards.CopyAsync(reader)).Source);
        // Once it has lied it is read no more while others are there.
        Assert.Equal("has 1 damaged piece, in stripe 2: its checksum does not fit", reader.Findings[1].Text);
        await reader.VerifyAsync();
        Assert.Equal((ShardFault.Damaged, 3), (reader.Findings[1].Fault, reader.Findings[1].DamagedPieces));
    }

    [Theory]
    [InlineData(10, "says other things about the set")] // k
    [InlineData(11, "says other things about the set")] // m
    [InlineData(12, "says other things about the set")] // matrix
    [InlineData(14, "says other things about the set")] // content
    [InlineData(16, "says other things about the set")] // bytes of a piece
    [InlineData(24, "says other things about the set")] // bytes of the source
    [InlineData(32, "belongs to another set")]
    [InlineData(47, "belongs to another set")]
    public async Task A_header_that_says_something_else_with_a_fitting_checksum_does_not_count(int at, string says)
    {
        var written = await WrittenShards.OfAsync(3, 2, 16, 100);
        var spoiled = written.Copy();
        spoiled.Shards[2][at] ^= 1;
        WrittenShards.SealHeader(spoiled.Shards[2]);
        var reader = await WrittenShards.ReaderAsync(spoiled.Streams());
        Assert.Equal(ShardFault.Foreign, reader.Findings[2].Fault);
        Assert.StartsWith(says, reader.Findings[2].Text, StringComparison.Ordinal);
        Assert.Equal(written.Source, (await WrittenShards.CopyAsync(reader)).Source);
        Assert.Equal(written.Shards[2], (await WrittenShards.RepairAsync(spoiled.Streams())).Rebuilt[2]);
    }

    [Fact]
    public async Task A_shard_that_takes_another_ones_index_is_found_out()
    {
        var written = await WrittenShards.OfAsync(3, 2, 16, 100);
        var spoiled = written.Copy();
        spoiled.Shards[0][13] = 4;
        WrittenShards.SealHeader(spoiled.Shards[0]);
        var reader = await WrittenShards.ReaderAsync(spoiled.Streams());
        Assert.Equal(
            (ShardFault.Duplicate, "is shard 4 once more"),
            (reader.Findings[4].Fault, reader.Findings[4].Text)
        );
        Assert.Equal(written.Source, (await WrittenShards.CopyAsync(reader)).Source);
        var verdict = await reader.VerifyAsync();
        Assert.Equal([0, 4], verdict.Bad);
        Assert.Equal(ShardFault.Damaged, reader.Findings[0].Fault);
    }

    [Fact]
    public async Task Good_pieces_in_a_wrong_place_are_found()
    {
        var spoiled = (await WrittenShards.OfAsync(3, 2, 16, 1000)).Copy();
        var (first, second) = ((int)spoiled.Set.PieceOffset(1), (int)spoiled.Set.PieceOffset(2));
        spoiled.Shards[1].AsSpan(first, 20).CopyTo(spoiled.Shards[1].AsSpan(second));
        spoiled.Shards[0].AsSpan(first, 20).CopyTo(spoiled.Shards[2].AsSpan(first));
        Assert.Equal([1, 2], (await WrittenShards.RepairAsync(spoiled.Streams())).Verdict.Bad);
    }

    [Fact]
    public async Task A_piece_whose_checksum_was_made_to_fit_is_found_by_the_parity_and_healed()
    {
        var written = await WrittenShards.OfAsync(3, 2, 16, 100);
        var spoiled = written.Copy();
        var piece = spoiled.Shards[1].AsSpan(ShardHeader.Length, 20);
        piece[7] ^= 1;
        PieceChecksum.Seal(written.Set.Id, 1, 0, piece);
        var reader = await WrittenShards.ReaderAsync(spoiled.Streams());
        Assert.Equal([1], (await reader.VerifyAsync()).Bad);
        Assert.Contains("it does not fit the other shards", reader.Findings[1].Text, StringComparison.Ordinal);
        Assert.Equal(written.Shards[1], (await WrittenShards.RepairAsync(spoiled.Streams())).Rebuilt[1]);
    }

    [Fact]
    public async Task Contradictions_that_nobody_can_be_blamed_for_are_a_loss()
    {
        var spoiled = (await WrittenShards.OfAsync(3, 1, 16, 100)).Copy();
        var piece = spoiled.Shards[1].AsSpan(ShardHeader.Length, 20);
        piece[7] ^= 1;
        PieceChecksum.Seal(spoiled.Set.Id, 1, 0, piece);
        var verdict = await (await WrittenShards.ReaderAsync(spoiled.Streams())).VerifyAsync();
        Assert.Equal(ShardSetState.Lost, verdict.State);
        Assert.StartsWith("the pieces of stripe 0 contradict each other", verdict.Problem, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_copy_helps_where_the_original_lies()
    {
        var written = await WrittenShards.OfAsync(3, 1, 16, 100);
        var spoiled = written.Copy();
        spoiled.Shards[0][70] ^= 1;
        var reader = await WrittenShards.ReaderAsync([
            .. spoiled.Streams(1),
            new MemoryStream(written.Shards[0]),
            new MemoryStream(written.Shards[0]),
        ]);
        Assert.Equal(written.Source, (await WrittenShards.CopyAsync(reader)).Source);
        Assert.Equal(
            [ShardFault.Damaged, ShardFault.None, ShardFault.None, ShardFault.Duplicate, ShardFault.Duplicate],
            reader.Findings.Select(finding => finding.Fault)
        );
    }

    [Fact]
    public async Task A_few_shards_of_another_set_do_not_disturb()
    {
        var (written, other) = (await WrittenShards.OfAsync(3, 2, 16, 100), await WrittenShards.OfAsync(4, 2, 8, 50));
        Stream[] mixed = [.. other.Streams(0, 1, 2), .. written.Streams(0), new MemoryStream("no shard"u8.ToArray())];
        var reader = await WrittenShards.ReaderAsync(mixed);
        Assert.Equal(written.Source, (await WrittenShards.CopyAsync(reader)).Source);
        Assert.Equal(
            $"belongs to another set, {other.Set.ShortId} of 4 + 2 shards with 50 bytes",
            reader.Findings[0].Text
        );
        Assert.Equal("is no shard", reader.Findings[^1].Text);
        Assert.Equal([0], (await reader.VerifyAsync()).Bad);
    }

    [Fact]
    public async Task Two_sets_that_could_both_be_meant_are_refused()
    {
        var (written, other) = (await WrittenShards.OfAsync(3, 2, 16, 100), await WrittenShards.OfAsync(4, 2, 8, 50));
        var opening = await ShardReader.OpenAsync([.. written.Streams(), .. other.Streams(1)]);
        Assert.Null(opening.Reader);
        Assert.StartsWith(
            "shards of two sets are mixed, and each could be meant",
            opening.Problem,
            StringComparison.Ordinal
        );
    }

    [Theory]
    [InlineData(0, "there are no shards")]
    [InlineData(2, "none of them is a shard")]
    public async Task Without_any_shard_there_is_nothing_to_read(int strangers, string says)
    {
        var opening = await ShardReader.OpenAsync([
            .. Enumerable.Range(0, strangers).Select(_ => new MemoryStream([1, 2])),
        ]);
        Assert.Equal((null, says, strangers), (opening.Reader, opening.Problem, opening.Strays.Count));
    }

    [Fact]
    public async Task Headers_that_name_a_code_that_does_not_rebuild_are_refused()
    {
        var written = (await WrittenShards.OfAsync(200, 8, 16, 100)).Copy();
        foreach (var shard in written.Shards)
        {
            shard[12] = 1;
            WrittenShards.SealHeader(shard);
        }

        var opening = await ShardReader.OpenAsync(written.Streams());
        Assert.Null(opening.Reader);
        Assert.StartsWith("the shards name a code that cannot be: ", opening.Problem, StringComparison.Ordinal);
    }

    [Fact]
    public async Task With_fewer_than_k_shards_the_end_is_told_and_nothing_made_up()
    {
        var written = await WrittenShards.OfAsync(3, 2, 16, 100);
        var reader = await WrittenShards.ReaderAsync(written.Streams(0, 2, 4));
        var (outcome, source) = await WrittenShards.CopyAsync(reader);
        Assert.Equal((ShardEnd.TooFewShards, 0), (outcome.End, source.Length));
        Assert.Equal("of stripe 0 only 2 intact pieces are left, and 3 are needed", outcome.Problem);
        var verdict = await reader.VerifyAsync();
        Assert.Equal((ShardSetState.Lost, outcome.Problem), (verdict.State, verdict.Problem));
        var rebuilt = new Dictionary<int, Stream> { [0] = new MemoryStream() };
        Assert.Equal(ShardEnd.TooFewShards, (await reader.RebuildAsync(rebuilt)).End);
    }

    [Fact]
    public async Task Headers_that_claim_far_more_than_there_is_do_not_keep_anybody_busy()
    {
        var written = (await WrittenShards.OfAsync(2, 1, 1, 100)).Copy();
        foreach (var shard in written.Shards)
        {
            BinaryPrimitives.WriteInt64LittleEndian(shard.AsSpan(24), ShardSet.SourceLengthMax);
            WrittenShards.SealHeader(shard);
        }

        var reader = await WrittenShards.ReaderAsync(written.Streams());
        var verdict = await reader.VerifyAsync();
        Assert.Equal(ShardSetState.Lost, verdict.State);
        Assert.Equal("of stripe 50 only 0 intact pieces are left, and 2 are needed", verdict.Problem);
        Assert.Equal(ShardEnd.TooFewShards, (await reader.CopyToAsync(Stream.Null)).End);
    }

    private static Task<ShardReader> ReaderAsync(WrittenShards written, bool oneWay) =>
        WrittenShards.ReaderAsync([
            .. written.Streams().Select(stream => oneWay ? (Stream)new OneWayStream(stream) : stream),
        ]);
}
