using FsCheck;
using FsCheck.Fluent;
using Holdfast.Storage.ErasureCoding;
using Holdfast.Storage.Kernels;
using Holdfast.Storage.Kernels.Erasure;
using Xunit;

namespace Holdfast.Storage.Tests.ErasureCoding;

public sealed class ErasureCodeTests
{
    [Theory, EveryTier]
    public void Every_loss_that_a_small_code_survives_is_rebuilt(KernelTier tier)
    {
        var random = new SeededRandom(1);
        foreach (
            var (k, m, kind) in new[]
            {
                (1, 1, MatrixKind.Cauchy),
                (4, 2, MatrixKind.Cauchy),
                (5, 3, MatrixKind.Cauchy),
                (4, 4, MatrixKind.Cauchy),
                (8, 3, MatrixKind.Cauchy),
                (5, 3, MatrixKind.Vandermonde),
                (6, 4, MatrixKind.Vandermonde),
            }
        )
        {
            var code = ErasureCode.Create(k, m, kind, tier);
            var shards = Shards.Random(k + m, 131, random);
            code.Encode(shards);
            var original = Shards.Copy(shards);
            for (var pattern = 1; pattern < 1 << (k + m); pattern++)
            {
                if (int.PopCount(pattern) <= m)
                {
                    int[] lost = [.. Enumerable.Range(0, k + m).Where(shard => (pattern >> shard & 1) != 0)];
                    RebuildAndCompare(code, shards, original, lost);
                }
            }
        }
    }

    [Fact]
    public void Any_m_losses_are_rebuilt() =>
        Prop.ForAll(
                Gen.Choose(1, 200).ToArbitrary(),
                Gen.Choose(1, 55).ToArbitrary(),
                Gen.Choose(0, int.MaxValue).ToArbitrary(),
                (k, m, seed) =>
                {
                    var random = new SeededRandom((ulong)seed);
                    var code = ErasureCode.Create(k, m);
                    var shards = Shards.Random(k + m, 1 + random.Next(400), random);
                    code.Encode(shards);
                    int[] lost = [.. Enumerable.Range(0, k + m).OrderBy(_ => random.Next(int.MaxValue)).Take(m)];
                    RebuildAndCompare(code, shards, Shards.Copy(shards), lost);
                }
            )
            .QuickCheckThrowOnFailure();

    [Theory, EveryTier]
    public void All_kernels_compute_the_same_for_the_largest_codes(KernelTier tier)
    {
        var random = new SeededRandom(2);
        foreach (var (k, m) in new[] { (254, 1), (1, 254), (248, 7), (240, 15), (128, 127), (200, 55) })
        {
            var shards = Shards.Random(k + m, 777, random);
            ErasureCode.Create(k, m, MatrixKind.Cauchy, KernelTier.Scalar).Encode(shards);
            var expected = Shards.Copy(shards);
            ErasureCode.Create(k, m, MatrixKind.Cauchy, tier).Encode(shards);
            Assert.Equal(expected, Shards.Copy(shards));
        }
    }

    [Fact]
    public void However_rows_are_grouped_the_result_is_the_same()
    {
        const int RowsMax = 17;
        var random = new SeededRandom(5);
        var scalar = ErasureKernel.For(KernelTier.Scalar);
        var best = ErasureKernel.For(KernelSelector.Supported[^1]);
        for (var k = 1; k < ErasureCode.ShardsMax; k++)
        {
            var stripe = Stripe.Staggered(Math.Min(k + RowsMax, ErasureCode.ShardsMax), 100);
            for (var shard = 0; shard < k; shard++)
            {
                random.Fill(stripe[shard]);
            }

            for (var m = 1; k + m <= stripe.Count; m++)
            {
                StripeMultiply.Run(CoefficientTable.OfCauchy(k, m, scalar), stripe, DataLocality.Cached);
                var expected = stripe.ToMemories()[..(k + m)].Select(shard => shard.ToArray()).ToArray();
                StripeMultiply.Run(CoefficientTable.OfCauchy(k, m, best), stripe, DataLocality.Cached);
                for (var shard = 0; shard < k + m; shard++)
                {
                    Assert.True(stripe[shard].SequenceEqual(expected[shard]), $"shard {shard} of {k} + {m} differs");
                }
            }
        }
    }

    [Theory, EveryTier]
    public void No_kernel_touches_a_byte_outside_its_shards(KernelTier tier)
    {
        var random = new SeededRandom(3);
        foreach (var (k, m) in new[] { (3, 1), (4, 2), (5, 3), (10, 4), (8, 4), (7, 5), (16, 8), (3, 7) })
        {
            var code = ErasureCode.Create(k, m, MatrixKind.Cauchy, tier);
            foreach (var length in Enumerable.Range(1, 70).Concat([127, 255, 256, 257, 300, 1000, 4097]))
            {
                var atEnd = random.Next(2) == 0;
                GuardedBuffer[] buffers = [.. Enumerable.Range(0, k + m).Select(_ => new GuardedBuffer(length, atEnd))];
                Memory<byte>[] shards = [.. buffers.Select(buffer => buffer.Memory)];
                random.Fill(shards[0].Span);
                code.Encode(shards, DataLocality.Streamed);
                code.Update(0, shards[0], shards[k - 1], shards.AsSpan(k));
                code.PlanRebuild(0).Rebuild(shards);
                foreach (IDisposable buffer in buffers)
                {
                    buffer.Dispose();
                }
            }
        }
    }

    [Theory, EveryTier]
    public void Streamed_results_are_the_same(KernelTier tier)
    {
        var random = new SeededRandom(4);
        foreach (var staggered in new[] { true, false })
        {
            var code = ErasureCode.Create(6, 3, MatrixKind.Cauchy, tier);
            var stripe = staggered ? Stripe.Staggered(9, 10_000) : Stripe.Contiguous(9, 10_000);
            for (var shard = 0; shard < 6; shard++)
            {
                random.Fill(stripe[shard]);
            }

            code.Encode(stripe, DataLocality.Cached);
            var expected = Shards.Copy(stripe.ToMemories());
            stripe[6].Clear();
            code.Encode(stripe, DataLocality.Streamed);
            Assert.Equal(expected, Shards.Copy(stripe.ToMemories()));
        }
    }

    [Theory, EveryTier]
    public void Steady_work_allocates_nothing(KernelTier tier)
    {
        var code = ErasureCode.Create(10, 4, MatrixKind.Cauchy, tier);
        var plan = code.PlanRebuild(1, 5, 11);
        var stripe = Stripe.Staggered(14, 3000);
        var shards = stripe.ToMemories();
        void Work()
        {
            code.Encode(stripe);
            code.Encode(shards);
            code.Update(3, shards[3], shards[4], shards.AsSpan(10));
            plan.Rebuild(stripe);
            plan.Rebuild(shards);
            code.Verify(shards);
            code.Verify(stripe);
        }

        Assert.Equal(0, Allocations.Of(Work));
    }

    [Fact]
    public void One_code_serves_many_threads()
    {
        var code = ErasureCode.Create(6, 3);
        Parallel.For(
            0,
            64,
            seed =>
            {
                var shards = Shards.Random(9, 5000, new SeededRandom((ulong)seed));
                code.Encode(shards);
                Assert.True(code.Verify(shards).IsConsistent);
            }
        );
    }

    [Fact]
    public void A_matrix_of_the_callers_is_used()
    {
        var matrix = GaloisMatrix.Create(2, 3, [1, 1, 1, 1, 2, 3]);
        var code = ErasureCode.Create(3, 2, matrix);
        var shards = new Memory<byte>[5];
        for (var i = 0; i < 5; i++)
        {
            shards[i] = new byte[] { (byte)(10 + i) };
        }

        code.Encode(shards);

        Assert.Equal(10 ^ 11 ^ 12, shards[3].Span[0]);
        Assert.Equal(10 ^ GaloisField.Multiply(2, 11) ^ GaloisField.Multiply(3, 12), shards[4].Span[0]);
    }

    private static void RebuildAndCompare(ErasureCode code, Memory<byte>[] shards, byte[][] original, int[] lost)
    {
        foreach (var index in lost)
        {
            shards[index].Span.Fill(0xA5);
        }

        code.PlanRebuild(lost).Rebuild(shards);
        foreach (var index in lost)
        {
            Assert.True(
                shards[index].Span.SequenceEqual(original[index]),
                $"shard {index} of {string.Join(", ", lost)}"
            );
        }
    }
}
