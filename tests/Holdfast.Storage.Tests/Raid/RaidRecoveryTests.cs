using FsCheck;
using FsCheck.Fluent;
using Holdfast.Storage.ErasureCoding;
using Holdfast.Storage.Kernels;
using Holdfast.Storage.Raid;
using Xunit;

namespace Holdfast.Storage.Tests.Raid;

public sealed class RaidRecoveryTests
{
    [Theory, EveryTier]
    public void Any_one_lost_shard_of_an_xor_stripe_comes_back(KernelTier tier)
    {
        for (var k = 2; k <= 9; k++)
        {
            var random = new SeededRandom((ulong)k);
            var shards = RaidShards.Random(random, k + 1, 333);
            XorParity.Recover(shards, k, DataLocality.Automatic, tier);
            var original = RaidShards.Copy(shards);
            for (var lost = 0; lost <= k; lost++)
            {
                shards[lost].Span.Fill(0xEE);
                XorParity.Recover(shards, lost, DataLocality.Automatic, tier);
                Assert.True(RaidShards.Equal(original, shards), $"k = {k}, lost {lost}");
            }
        }
    }

    [Theory, EveryTier]
    public void Any_one_or_two_lost_shards_of_a_small_dual_stripe_come_back(KernelTier tier)
    {
        for (var k = 2; k <= 7; k++)
        {
            var random = new SeededRandom((ulong)k);
            var shards = RaidShards.Random(random, k + 2, 333);
            DualParity.Recover(shards, k, k + 1, DataLocality.Automatic, tier);
            var original = RaidShards.Copy(shards);
            for (var first = 0; first < k + 2; first++)
            {
                for (var second = 0; second < k + 2; second++)
                {
                    shards[first].Span.Fill(0xEE);
                    shards[second].Span.Fill(0xDD);
                    DualParity.Recover(shards, first, second, DataLocality.Automatic, tier);
                    Assert.True(RaidShards.Equal(original, shards), $"k = {k}, lost {first} and {second}");
                }
            }
        }
    }

    [Theory, EveryTier]
    public void Any_two_lost_shards_come_back_from_any_stripe(KernelTier tier) =>
        Prop.ForAll<ulong>(seed =>
            {
                var random = new SeededRandom(seed);
                var k = 2 + random.Next(random.Chance(0.1) ? 254 : 30);
                var shards = RaidShards.Random(random, k + 2, 1 + random.Next(700));
                DualParity.Recover(shards, k, k + 1, RaidShards.AnyLocality(random), tier);
                var (p, q) = RaidShards.Expected(shards.AsSpan(0, k));
                var original = RaidShards.Copy(shards);
                var first = random.Next(k + 2);
                var second = (first + 1 + random.Next(k + 1)) % (k + 2);
                random.Fill(shards[first].Span);
                random.Fill(shards[second].Span);

                DualParity.Recover(shards, first, second, RaidShards.AnyLocality(random), tier);

                return original[k].AsSpan().SequenceEqual(p)
                    && original[k + 1].AsSpan().SequenceEqual(q)
                    && RaidShards.Equal(original, shards);
            })
            .QuickCheckThrowOnFailure();

    [Theory, EveryTier]
    public void Any_flipped_byte_is_found_and_a_wrong_parity_named(KernelTier tier) =>
        Prop.ForAll<ulong>(seed =>
            {
                var random = new SeededRandom(seed);
                var k = 2 + random.Next(12);
                var length = 1 + random.Next(1500);
                var shards = RaidShards.Random(random, k + 2, length);
                DualParity.Recover(shards, k, k + 1, RaidShards.AnyLocality(random), tier);
                var sound =
                    DualParity.Check(shards, tier) == DualParityFault.None
                    && XorParity.Check(shards.AsSpan(0, k + 1), tier);

                var liar = random.Next(k + 2);
                shards[liar].Span[random.Next(length)] ^= (byte)(1 + random.Next(255));

                var expected =
                    liar == k ? DualParityFault.P
                    : liar == k + 1 ? DualParityFault.Q
                    : DualParityFault.Both;
                return sound
                    && DualParity.Check(shards, tier) == expected
                    && XorParity.Check(shards.AsSpan(0, k + 1), tier) == (liar == k + 1);
            })
            .QuickCheckThrowOnFailure();

    [Fact]
    public void A_stripe_gives_the_same_as_separate_buffers()
    {
        var random = new SeededRandom(7);
        var stripe = Stripe.Staggered(7, 1000);
        for (var i = 0; i < stripe.Count; i++)
        {
            random.Fill(stripe[i]);
        }

        var shards = RaidShards.Copy(stripe.ToMemories()).Select(shard => shard.AsMemory()).ToArray();

        DualParity.Generate(stripe);
        DualParity.Generate(shards);

        Assert.True(RaidShards.Equal(RaidShards.Copy(shards), stripe.ToMemories()));
        Assert.Equal(DualParityFault.None, DualParity.Check(stripe));

        var original = RaidShards.Copy(shards);
        stripe[2].Clear();
        DualParity.Recover(stripe, 2);
        stripe[0].Clear();
        stripe[6].Clear();
        DualParity.Recover(stripe, 6, 0);
        Assert.True(RaidShards.Equal(original, stripe.ToMemories()));

        XorParity.Generate(stripe);
        Assert.True(XorParity.Check(stripe));
        var single = RaidShards.Copy(stripe.ToMemories());
        stripe[3].Clear();
        Assert.False(XorParity.Check(stripe));
        XorParity.Recover(stripe, 3);
        Assert.True(RaidShards.Equal(single, stripe.ToMemories()));
    }
}
