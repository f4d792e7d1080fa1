using Holdfast.Storage.Kernels;
using Holdfast.Storage.Raid;
using Holdfast.Testing;
using Xunit;

namespace Holdfast.Storage.Tests.Raid;

public sealed class RaidAgainstIsaLTests
{
    private const int Cases = 1000;

    [Theory, EveryTier]
    public void Xor_parity_is_what_xor_gen_computes(KernelTier tier)
    {
        var isal = IsaL.Require();
        var random = new SeededRandom(31);
        for (var i = 0; i < Cases; i++)
        {
            var (k, length) = AnySize(random, i);
            var shards = RaidShards.Random(random, k + 1, length);
            using var theirs = new IsaLStripe(shards);

            XorParity.Recover(shards, k, RaidShards.AnyLocality(random), tier);

            Assert.Equal(0, theirs.Run(isal, "xor_gen"));
            Assert.True(theirs[k][..length].SequenceEqual(shards[k].Span), $"case {i}: {k} × {length}");
        }
    }

    [Theory, EveryTier]
    public void P_and_Q_are_what_pq_gen_computes(KernelTier tier)
    {
        var isal = IsaL.Require();
        var random = new SeededRandom(32);
        for (var i = 0; i < Cases; i++)
        {
            var (k, length) = AnySize(random, i);
            var shards = RaidShards.Random(random, k + 2, length);
            using var theirs = new IsaLStripe(shards);

            DualParity.Recover(shards, k, k + 1, RaidShards.AnyLocality(random), tier);

            Assert.Equal(0, theirs.Run(isal, "pq_gen"));
            Assert.True(theirs[k][..length].SequenceEqual(shards[k].Span), $"P of case {i}: {k} × {length}");
            Assert.True(theirs[k + 1][..length].SequenceEqual(shards[k + 1].Span), $"Q of case {i}: {k} × {length}");
        }
    }

    [Theory, EveryTier]
    public void Checks_fail_where_xor_check_and_pq_check_fail(KernelTier tier)
    {
        var isal = IsaL.Require();
        var random = new SeededRandom(33);
        for (var i = 0; i < Cases; i++)
        {
            var (k, length) = AnySize(random, i);
            var shards = RaidShards.Random(random, k + 2, length);
            DualParity.Recover(shards, k, k + 1, DataLocality.Automatic, tier);
            if (random.Chance(0.5))
            {
                shards[random.Next(k + 2)].Span[random.Next(length)] ^= (byte)(1 + random.Next(255));
            }

            using var dual = new IsaLStripe(shards);
            using var single = new IsaLStripe(shards.AsSpan(0, k + 1));

            Assert.Equal(dual.Run(isal, "pq_check") == 0, DualParity.Check(shards, tier) == DualParityFault.None);
            Assert.Equal(single.Run(isal, "xor_check") == 0, XorParity.Check(shards.AsSpan(0, k + 1), tier));
        }
    }

    /// <summary>Mostly small; each length up to 300 and the odd large one occur.</summary>
    private static (int K, int Length) AnySize(SeededRandom random, int i) =>
        (
            random.Chance(0.05) ? 2 + random.Next(254) : 2 + random.Next(16),
            i < 300 ? i + 1
            : random.Chance(0.1) ? 1 + random.Next(20_000)
            : 1 + random.Next(1500)
        );
}
