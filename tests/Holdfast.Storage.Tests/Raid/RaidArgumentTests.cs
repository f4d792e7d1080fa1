using Holdfast.Storage.ErasureCoding;
using Holdfast.Storage.Raid;
using Xunit;

namespace Holdfast.Storage.Tests.Raid;

public sealed class RaidArgumentTests
{
    private const int K = 4;

    private readonly Memory<byte>[] shards = RaidShards.Random(new SeededRandom(9), K + 2, 100);

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(3)]
    [InlineData(258)]
    [InlineData(300)]
    public void A_dual_stripe_has_2_to_255_data_shards(int count) =>
        Refuses(() => DualParity.Generate(Enumerable.Repeat(shards[0], count).ToArray()), "RAID takes 2 to 255");

    [Theory]
    [InlineData(0)]
    [InlineData(2)]
    [InlineData(257)]
    public void An_xor_stripe_has_2_to_255_data_shards(int count) =>
        Refuses(() => XorParity.Check(Enumerable.Repeat(shards[0], count).ToArray()), "RAID takes 2 to 255");

    [Fact]
    public void A_stripe_object_has_2_to_255_data_shards()
    {
        Refuses(() => DualParity.Generate(Stripe.Contiguous(3, 10)), "RAID takes 2 to 255");
        Refuses(() => XorParity.Generate(Stripe.Contiguous(257, 10)), "RAID takes 2 to 255");
    }

    [Fact]
    public void Unequal_lengths_are_refused()
    {
        shards[3] = shards[3][..99];
        Refuses(() => DualParity.Generate(shards), "Shard 3 has 99 bytes");
        Refuses(() => DualParity.Check(shards), "Shard 3 has 99 bytes");
        Refuses(() => XorParity.Recover(shards, 1), "Shard 3 has 99 bytes");
    }

    [Fact]
    public void Empty_shards_are_refused() =>
        Refuses(() => XorParity.Generate(new Memory<byte>[4]), "at least one byte");

    [Fact]
    public void Parity_that_shares_memory_with_data_is_refused()
    {
        shards[K] = shards[0];
        Refuses(() => DualParity.Generate(shards), "shares memory");
        Refuses(() => XorParity.Recover(shards.AsSpan(0, K + 1).ToArray(), K), "shares memory");
    }

    [Fact]
    public void P_and_Q_that_overlap_by_one_byte_are_refused()
    {
        var array = new byte[199];
        shards[K] = array.AsMemory(99);
        shards[K + 1] = array.AsMemory(0, 100);
        Refuses(() => DualParity.Generate(shards), "shares memory");
    }

    [Fact]
    public void Neighbours_that_only_touch_are_taken()
    {
        var array = new byte[200];
        shards[K] = array.AsMemory(100);
        shards[K + 1] = array.AsMemory(0, 100);
        DualParity.Generate(shards);
        Assert.Equal(DualParityFault.None, DualParity.Check(shards));
    }

    [Fact]
    public void A_lost_shard_that_shares_memory_with_another_is_refused()
    {
        shards[1] = shards[2];
        Refuses(() => DualParity.Recover(shards, 1), "shares memory");
        Refuses(() => DualParity.Recover(shards, 2, K + 1), "shares memory");
    }

    [Fact]
    public void Data_may_be_given_twice_where_it_is_only_read()
    {
        shards[1] = shards[2];
        DualParity.Generate(shards);
        Assert.Equal(DualParityFault.None, DualParity.Check(shards));
    }

    [Theory]
    [InlineData(-1)]
    [InlineData(K + 2)]
    public void An_index_beside_the_stripe_is_refused(int index)
    {
        var before = RaidShards.Copy(shards);
        Assert.Throws<ArgumentOutOfRangeException>(() => DualParity.Recover(shards, index));
        Assert.Throws<ArgumentOutOfRangeException>(() => DualParity.Recover(shards, 0, index));
        Assert.Throws<ArgumentOutOfRangeException>(() => XorParity.Recover(shards, index));
        Assert.True(RaidShards.Equal(before, shards));
    }

    [Fact]
    public void The_same_index_twice_is_refused()
    {
        Refuses(() => DualParity.Recover(shards, 2, 2), "Shard 2 is named twice");
        Refuses(() => DualParity.Recover(Stripe.Contiguous(K + 2, 10), 2, 2), "Shard 2 is named twice");
    }

    [Fact]
    public void No_stripe_is_refused()
    {
        Assert.Throws<ArgumentNullException>("stripe", () => DualParity.Generate((Stripe)null!));
        Assert.Throws<ArgumentNullException>("stripe", () => DualParity.Check((Stripe)null!));
        Assert.Throws<ArgumentNullException>("stripe", () => XorParity.Generate((Stripe)null!));
        Assert.Throws<ArgumentNullException>("stripe", () => XorParity.Recover((Stripe)null!, 0));
    }

    private void Refuses(Action call, string why)
    {
        var before = RaidShards.Copy(shards);
        Assert.Contains(why, Assert.Throws<ArgumentException>(call).Message, StringComparison.Ordinal);
        Assert.True(RaidShards.Equal(before, shards), "a buffer was touched");
    }
}
