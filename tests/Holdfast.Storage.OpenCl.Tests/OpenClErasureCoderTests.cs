using FsCheck;
using FsCheck.Fluent;
using Holdfast.Storage.ErasureCoding;
using Xunit;

namespace Holdfast.Storage.OpenCl.Tests;

/// <summary>Byte for byte what the processor's kernels give, which are proven against ISA-L.</summary>
public sealed class OpenClErasureCoderTests
{
    /// <summary>Pieces of one unit: a few KiB of shard need several.</summary>
    private static long Tight(int shards) => 3L * shards * 4096;

    [Fact]
    public void Random_codes_lengths_and_losses_agree_with_the_processor()
    {
        var device = Pocl.Require();
        var random = new SeededRandom(11);
        for (var i = 0; i < 60; i++)
        {
            var k = 1 + random.Next(i % 10 == 0 ? 150 : 20);
            var m = 1 + random.Next(i % 10 == 0 ? 80 : 12);
            var kind = m <= 3 && random.Next(2) == 0 ? MatrixKind.Vandermonde : MatrixKind.Cauchy;
            var code = ErasureCode.Create(k, m, kind);
            var memory = random.Next(2) == 0 ? Tight(k + m) : OpenClErasureCoder.DeviceMemoryDefault;
            using var coder = new OpenClErasureCoder(code, device, memory);
            for (var j = 0; j < 4; j++)
            {
                var length = 1 + random.Next(j == 0 ? 200_000 : 300);
                Check(code, coder, length, random, $"case {i}: {kind} {k}+{m}, {length} bytes");
            }
        }
    }

    [Fact]
    public void Every_length_up_to_300_agrees()
    {
        var device = Pocl.Require();
        var random = new SeededRandom(12);
        var code = ErasureCode.Create(5, 3);
        using var coder = new OpenClErasureCoder(code, device);
        for (var length = 1; length <= 300; length++)
        {
            Check(code, coder, length, random, $"{length} bytes");
        }
    }

    [Theory]
    [InlineData(254, 1)]
    [InlineData(1, 254)]
    [InlineData(128, 127)]
    [InlineData(1, 1)]
    public void The_widest_and_the_narrowest_codes_agree(int k, int m)
    {
        var device = Pocl.Require();
        var code = ErasureCode.Create(k, m);
        using var coder = new OpenClErasureCoder(code, device, Tight(k + m));
        Check(code, coder, 10_007, new SeededRandom(13), $"{k}+{m}");
    }

    [Theory]
    [InlineData(3_000_017)]
    [InlineData(4_194_304)]
    [InlineData(9_999_999)]
    public void Shards_of_many_pieces_agree(int length)
    {
        var device = Pocl.Require();
        var code = ErasureCode.Create(10, 4);
        using var coder = new OpenClErasureCoder(code, device, 8 << 20);
        Assert.True(length > 3 * coder.PieceMax);
        Check(code, coder, length, new SeededRandom(14), $"{length} bytes");
    }

    [Fact]
    public void A_stripe_is_encoded_and_rebuilt()
    {
        var device = Pocl.Require();
        var code = ErasureCode.Create(6, 3);
        using var coder = new OpenClErasureCoder(code, device);
        var stripe = Stripe.Staggered(9, 70_001);
        var random = new SeededRandom(15);
        for (var i = 0; i < 6; i++)
        {
            random.Fill(stripe[i]);
        }

        coder.Encode(stripe);
        Assert.True(code.Verify(stripe.ToMemories()).IsConsistent);

        var original = Stripes.Copy(stripe.ToMemories());
        stripe[1].Clear();
        stripe[7].Clear();
        coder.Rebuild(code.PlanRebuild(1, 7), stripe);
        Assert.True(Stripes.Same(original, stripe.ToMemories()));
    }

    [Fact]
    public void Any_loss_of_up_to_m_shards_is_rebuilt()
    {
        var device = Pocl.Require();
        var code = ErasureCode.Create(7, 4);
        using var coder = new OpenClErasureCoder(code, device);
        var shards = Stripes.Random(11, 257, new SeededRandom(16));
        coder.Encode(shards);
        var original = Stripes.Copy(shards);
        Prop.ForAll(
                Gen.Shuffle(Enumerable.Range(0, 11).ToArray())
                    .SelectMany(order => Gen.Choose(1, 4).Select(count => order[..count]))
                    .ToArbitrary(),
                lost =>
                {
                    foreach (var index in lost)
                    {
                        shards[index].Span.Fill(0xEE);
                    }

                    coder.Rebuild(code.PlanRebuild(lost), shards);
                    return Stripes.Same(original, shards);
                }
            )
            .QuickCheckThrowOnFailure();
    }

    [Fact]
    public async Task Threads_take_turns()
    {
        var device = Pocl.Require();
        var code = ErasureCode.Create(4, 2);
        using var coder = new OpenClErasureCoder(code, device);
        await Parallel.ForAsync(
            0,
            16,
            (seed, _) =>
            {
                Check(code, coder, 5_000 + seed, new SeededRandom((ulong)seed), $"thread {seed}");
                return ValueTask.CompletedTask;
            }
        );
    }

    [Fact]
    public void Bad_arguments_are_refused_before_anything_is_written()
    {
        var device = Pocl.Require();
        var code = ErasureCode.Create(4, 2);
        using var coder = new OpenClErasureCoder(code, device);
        var shards = Stripes.Random(6, 100, new SeededRandom(17));
        var before = Stripes.Copy(shards);
        Memory<byte>[] unequal = [.. shards[..5], shards[5][..99]];
        Memory<byte>[] aliasing = [.. shards[..5], shards[0]];
        var plan = code.PlanRebuild(0);

        Assert.Throws<ArgumentException>(() => coder.Encode(shards.AsSpan(1)));
        Assert.Throws<ArgumentException>(() => coder.Encode(unequal));
        Assert.Throws<ArgumentException>(() => coder.Encode(aliasing));
        Assert.Throws<ArgumentException>(() => coder.Encode(Stripe.Staggered(5, 100)));
        Assert.Throws<ArgumentException>(() => coder.Rebuild(plan, shards.AsSpan(1)));
        Assert.Throws<ArgumentException>(() => coder.Rebuild(plan, [shards[1], .. shards[1..]]));
        Assert.Throws<ArgumentException>(() => coder.Rebuild(ErasureCode.Create(4, 2).PlanRebuild(0), shards));
        Assert.True(Stripes.Same(before, shards));
    }

    [Fact]
    public void Too_little_memory_is_refused_with_what_is_needed()
    {
        var device = Pocl.Require();
        var refusal = Assert.Throws<ArgumentOutOfRangeException>(() =>
            new OpenClErasureCoder(ErasureCode.Create(10, 4), device, 1000)
        );
        Assert.Contains("10 + 4 shards need at least", refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_disposed_coder_says_so()
    {
        var coder = new OpenClErasureCoder(ErasureCode.Create(2, 1), Pocl.Require());
        coder.Dispose();
        coder.Dispose();
        Assert.Throws<ObjectDisposedException>(() => coder.Encode(Stripe.Staggered(3, 10)));
    }

    private static void Check(ErasureCode code, OpenClErasureCoder coder, int length, SeededRandom random, string what)
    {
        var shards = Stripes.Random(code.TotalShards, length, random);
        code.Encode(shards);
        var expected = Stripes.Copy(shards);
        foreach (var parity in shards[code.DataShards..])
        {
            parity.Span.Fill(0xEE);
        }

        coder.Encode(shards);
        Assert.True(Stripes.Same(expected, shards), $"encode differs: {what}");

        int[] order = [.. Enumerable.Range(0, code.TotalShards).OrderBy(_ => random.Next(int.MaxValue))];
        var lost = order[..(1 + random.Next(code.ParityShards))];
        foreach (var index in lost)
        {
            shards[index].Span.Fill(0xEE);
        }

        coder.Rebuild(code.PlanRebuild(lost, order.AsSpan(code.ParityShards)), shards);
        Assert.True(Stripes.Same(expected, shards), $"rebuild of {string.Join(", ", lost)} differs: {what}");
    }
}
