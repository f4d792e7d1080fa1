using FsCheck;
using FsCheck.Fluent;
using Holdfast.Storage.ErasureCoding;
using Holdfast.Storage.Kernels;
using Xunit;

namespace Holdfast.Storage.Tests.ErasureCoding;

public sealed class StripeVerdictTests
{
    [Theory, EveryTier]
    public void A_flipped_byte_anywhere_is_found_and_its_shard_named(KernelTier tier)
    {
        var code = ErasureCode.Create(6, 3, MatrixKind.Cauchy, tier);
        var shards = Shards.Random(9, 9001, new SeededRandom(1));
        code.Encode(shards);
        Assert.Equal(new StripeVerdict(true, null), code.Verify(shards));

        Prop.ForAll(
                Gen.Choose(0, 8).ToArbitrary(),
                Gen.Choose(0, 9000).ToArbitrary(),
                Gen.Choose(1, 255).ToArbitrary(),
                (shard, at, flip) =>
                {
                    shards[shard].Span[at] ^= (byte)flip;
                    var verdict = code.Verify(shards);
                    shards[shard].Span[at] ^= (byte)flip;
                    return verdict == new StripeVerdict(false, shard);
                }
            )
            .QuickCheckThrowOnFailure();
    }

    [Fact]
    public void A_shard_that_lies_in_many_places_is_named()
    {
        var code = ErasureCode.Create(10, 4);
        var random = new SeededRandom(2);
        var shards = Shards.Random(14, 20_000, random);
        code.Encode(shards);
        random.Fill(shards[7].Span);
        Assert.Equal(new StripeVerdict(false, 7), code.Verify(shards));
    }

    [Fact]
    public void Two_liars_are_not_mistaken_for_one()
    {
        var code = ErasureCode.Create(10, 4);
        var random = new SeededRandom(3);
        var shards = Shards.Random(14, 100, random);
        code.Encode(shards);
        shards[2].Span[5] ^= 1;
        shards[12].Span[50] ^= 1;
        Assert.Equal(new StripeVerdict(false, null), code.Verify(shards));
    }

    [Fact]
    public void One_parity_shard_tells_that_something_is_wrong_but_not_what()
    {
        var code = ErasureCode.Create(4, 1);
        var shards = Shards.Random(5, 100, new SeededRandom(4));
        code.Encode(shards);
        shards[1].Span[99] ^= 0x80;
        Assert.Equal(new StripeVerdict(false, null), code.Verify(shards));
    }

    [Fact]
    public void A_stripe_is_judged_as_its_shards_are()
    {
        var code = ErasureCode.Create(4, 2);
        var stripe = Stripe.Staggered(6, 5000);
        new SeededRandom(6).Fill(stripe[2]);
        code.Encode(stripe);
        Assert.Equal(new StripeVerdict(true, null), code.Verify(stripe));
        stripe[3][4999] ^= 1;
        Assert.Equal(new StripeVerdict(false, 3), code.Verify(stripe));
    }

    [Fact]
    public void The_longest_shards_there_are_can_be_judged()
    {
        // Pages that are only read take no memory.
        var code = ErasureCode.Create(1, 1);
        using var zeros = new GuardedBuffer(int.MaxValue);
        Assert.Equal(new StripeVerdict(true, null), code.Verify([zeros.Memory, zeros.Memory]));
    }

    [Fact]
    public void Looking_changes_nothing()
    {
        var code = ErasureCode.Create(4, 2);
        var shards = Shards.Random(6, 100, new SeededRandom(5));
        var before = Shards.Copy(shards);
        code.Verify(shards);
        Assert.Equal(before, Shards.Copy(shards));
    }
}
