using Holdfast.Storage.ErasureCoding;
using Xunit;

namespace Holdfast.Storage.Tests.ErasureCoding;

/// <summary>Wrong arguments are named, and no buffer is touched.</summary>
public sealed class BadInputTests
{
    private readonly ErasureCode code = ErasureCode.Create(4, 2);
    private readonly Memory<byte>[] shards = Shards.Random(6, 64, new SeededRandom(1));
    private readonly byte[][] before;

    public BadInputTests() => before = Shards.Copy(shards);

    [Theory]
    [InlineData(0, 2)]
    [InlineData(4, 0)]
    [InlineData(-1, 2)]
    [InlineData(200, 56)]
    [InlineData(int.MaxValue, int.MaxValue)]
    public void Counts_out_of_range_make_no_code(int k, int m) =>
        Assert.Throws<ArgumentOutOfRangeException>(() => ErasureCode.Create(k, m));

    [Fact]
    public void Too_few_or_too_many_shards()
    {
        Refuse<ArgumentException>(() => code.Encode(shards.AsSpan(1)), "5 shards", "6 are needed");
        Refuse<ArgumentException>(() => code.Encode([.. shards, new byte[64]]), "7 shards");
        Refuse<ArgumentException>(() => code.Verify(shards.AsSpan(1)), "5 shards");
        Refuse<ArgumentException>(() => code.PlanRebuild(0).Rebuild(shards.AsSpan(1)), "5 shards");
        Refuse<ArgumentException>(() => code.Encode(Stripe.Staggered(5, 64)), "5 shards");
        Refuse<ArgumentException>(() => code.Update(0, shards[0], shards[1], shards.AsSpan(5)), "1 shards");
    }

    [Fact]
    public void Unequal_and_empty_shards()
    {
        Refuse<ArgumentException>(() => code.Encode([.. shards[..5], shards[5][..63]]), "Shard 5", "63", "64");
        Refuse<ArgumentException>(() => code.Encode(Enumerable.Repeat(Memory<byte>.Empty, 6).ToArray()), "empty");
        Refuse<ArgumentException>(() => code.Update(1, shards[1][..10], shards[1], shards.AsSpan(4)), "64", "10");
    }

    [Fact]
    public void A_shard_of_the_wrong_length_is_named_by_its_own_number()
    {
        Refuse<ArgumentException>(
            () => code.PlanRebuild(5).Rebuild([.. shards[..5], Memory<byte>.Empty]),
            "Shard 5 has 0 bytes where shard 0 has 64"
        );
        Refuse<ArgumentException>(
            () => code.PlanRebuild([0], [5, 4, 3, 2]).Rebuild([shards[0][..3], .. shards[1..]]),
            "Shard 0 has 3 bytes where shard 5 has 64"
        );
        Refuse<ArgumentException>(
            () => code.Update(1, shards[1], shards[0], [shards[4], shards[5][..9]]),
            "Shard 5 has 9 bytes where shard 1 has 64"
        );
        Refuse<ArgumentException>(
            () => code.Update(1, shards[1], shards[0][..7], shards.AsSpan(4)),
            "after",
            "7 bytes, before has 64"
        );
    }

    [Fact]
    public void What_is_null()
    {
        Refuse<ArgumentNullException>(() => ErasureCode.Create(4, 2, null!), "parity");
        Refuse<ArgumentNullException>(() => code.Encode((Stripe)null!), "stripe");
        Refuse<ArgumentNullException>(() => code.Verify((Stripe)null!), "stripe");
        Refuse<ArgumentNullException>(() => code.PlanRebuild(0).Rebuild((Stripe)null!), "stripe");
    }

    [Fact]
    public void A_kind_of_matrix_that_does_not_exist() =>
        Refuse<ArgumentOutOfRangeException>(() => ErasureCode.Create(4, 2, (MatrixKind)7), "matrix");

    [Fact]
    public void Overlapping_shards()
    {
        Refuse<ArgumentException>(() => code.Encode([.. shards[..5], shards[0]]), "shares memory");
        Refuse<ArgumentException>(() => code.Encode([.. shards[..5], shards[4]]), "shares memory");
        var long4 = new byte[100];
        Refuse<ArgumentException>(
            () => code.Encode([.. shards[..4], long4.AsMemory(0, 64), long4.AsMemory(36, 64)]),
            "shares memory"
        );
        Refuse<ArgumentException>(() => code.PlanRebuild(0).Rebuild([shards[1], .. shards[1..]]), "shares memory");
        Assert.All(long4, value => Assert.Equal(0, value));
    }

    [Fact]
    public void Shards_that_are_only_read_may_be_the_same()
    {
        code.Encode([shards[0], shards[0], shards[0], shards[0], .. shards[4..]]);
        Assert.True(code.Verify([shards[0], shards[0], shards[0], shards[0], .. shards[4..]]).IsConsistent);
    }

    [Fact]
    public void Indices_out_of_range_or_named_twice()
    {
        Refuse<ArgumentOutOfRangeException>(() => code.PlanRebuild(6), "lost");
        Refuse<ArgumentOutOfRangeException>(() => code.PlanRebuild(-1), "lost");
        Refuse<ArgumentException>(() => code.PlanRebuild(2, 2), "Shard 2 is named twice");
        Refuse<ArgumentException>(() => code.PlanRebuild([2], [0, 1, 2, 3]), "Shard 2 is named twice");
        Refuse<ArgumentException>(() => code.PlanRebuild(), "nothing to rebuild");
        Refuse<ArgumentOutOfRangeException>(() => code.Update(4, shards[0], shards[1], shards.AsSpan(4)), "dataShard");
    }

    [Fact]
    public void More_losses_than_parity()
    {
        Refuse<UnrecoverableException>(() => code.PlanRebuild(0, 1, 2), "3 shards are left of 6", "4 are needed");
        Refuse<UnrecoverableException>(() => code.PlanRebuild([0], [1, 2, 3]), "3 shards are left");
    }

    [Fact]
    public void A_matrix_of_the_wrong_shape() =>
        Refuse<ArgumentException>(
            () => ErasureCode.Create(4, 2, GaloisMatrix.Cauchy(5, 2)),
            "2 × 5",
            "4 + 2 shards need 2 × 4"
        );

    [Fact]
    public void A_matrix_that_is_not_MDS_is_refused_with_the_rows_and_columns_that_fail()
    {
        Refuse<NotMdsException>(
            () => ErasureCode.Create(2, 2, GaloisMatrix.Create(2, 2, [1, 0, 1, 1])),
            "rows 0",
            "columns 1"
        );
        Refuse<NotMdsException>(() => ErasureCode.Create(2, 2, GaloisMatrix.Create(2, 2, [1, 2, 2, 4])), "rows 0, 1");
        Refuse<NotMdsException>(() => ErasureCode.Create(22, 4, MatrixKind.Vandermonde), "cannot be rebuilt");
        Refuse<NotMdsException>(() => ErasureCode.Create(100, 20, GaloisMatrix.Cauchy(100, 20)), "not known", "vouch");
    }

    [Fact]
    public void A_matrix_vouched_for_wrongly_is_found_out_by_the_loss_that_it_cannot_rebuild()
    {
        var trusted = ErasureCode.Create(2, 2, GaloisMatrix.Create(2, 2, [1, 2, 2, 4]), trusted: true);
        Refuse<UnrecoverableException>(() => trusted.PlanRebuild(0, 1), "2, 3");
    }

    [Theory]
    [InlineData(254, 1)]
    [InlineData(252, 3)]
    [InlineData(21, 4)]
    [InlineData(5, 5)]
    [InlineData(4, 21)]
    [InlineData(3, 100)]
    public void Vandermonde_codes_of_the_sizes_that_ISA_L_calls_safe_are_made(int k, int m)
    {
        Assert.Equal(k + m, ErasureCode.Create(k, m, MatrixKind.Vandermonde).TotalShards);
    }

    [Fact]
    public void A_stripe_of_no_shards_or_too_much_memory()
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => Stripe.Staggered(0, 1));
        Assert.Throws<ArgumentOutOfRangeException>(() => Stripe.Staggered(261, 1));
        Assert.Throws<ArgumentOutOfRangeException>(() => Stripe.Contiguous(1, 0));
        Assert.Throws<ArgumentOutOfRangeException>(() => Stripe.Contiguous(255, int.MaxValue));
        Assert.Throws<ArgumentOutOfRangeException>(() => Stripe.Staggered(2, 10)[2].Clear());
    }

    private void Refuse<TException>(Action call, params string[] says)
        where TException : Exception
    {
        var refusal = Assert.ThrowsAny<TException>(call);
        Assert.All(says, text => Assert.Contains(text, refusal.Message, StringComparison.Ordinal));
        Assert.Equal(before, Shards.Copy(shards));
    }
}
