using Holdfast.Storage.Checksums;
using Holdfast.Storage.Kernels;
using Holdfast.Storage.Kernels.Checksums;
using Holdfast.Testing;
using Xunit;

namespace Holdfast.Storage.Tests.Checksums;

public sealed unsafe class CrcKernelTests
{
    private const int RandomCases = 3000;

    [Theory, EveryTier]
    public void Every_crc_gives_its_published_check_value(KernelTier tier) =>
        Assert.All(
            CrcCase.All.Where(crc => crc.Check is not null),
            crc => Assert.Equal(crc.Check, new Crc(crc.Parameters, tier).Append(0, "123456789"u8))
        );

    [Theory, EveryTier]
    public void Every_crc_is_what_its_definition_says(KernelTier tier)
    {
        var random = new Random(1);
        var data = new byte[3000];
        random.NextBytes(data);
        foreach (var crc in CrcCase.All)
        {
            var kernel = new Crc(crc.Parameters, tier);
            foreach (var length in Enumerable.Range(0, 40).Append(255).Append(256).Append(1023).Append(3000))
            {
                var seed = crc.Seed(random);
                Assert.Equal(
                    crc.ByDefinition(seed, data.AsSpan(0, length)),
                    kernel.Append(seed, data.AsSpan(0, length))
                );
            }
        }
    }

    [Theory, EveryTier]
    public void Every_crc_of_every_short_length_is_the_scalar_one(KernelTier tier) =>
        Assert.All(CrcCase.All, crc => AssertScalar(crc, new Crc(crc.Parameters, tier), Lengths(1200)));

    [Theory, EveryTier]
    public void Every_crc_of_random_bytes_is_the_scalar_one(KernelTier tier)
    {
        var random = new Random(2);
        Assert.All(CrcCase.All, crc => AssertScalar(crc, new Crc(crc.Parameters, tier), Random(random, 200)));
    }

    [Theory, EveryTier]
    public void Every_crc_is_what_isa_l_computes(KernelTier tier)
    {
        var isal = IsaL.Require();
        Assert.All(
            CrcCase.All.Where(crc => isal.Find(crc.Name) is not null),
            crc =>
            {
                var random = new Random(3);
                var kernel = new Crc(crc.Parameters, tier);
                Compare(
                    crc,
                    kernel,
                    Lengths(301).Concat(Random(random, RandomCases)),
                    (seed, data, length) => crc.ByIsaL(isal, seed, data, length)
                );
            }
        );
    }

    [Theory, EveryTier]
    public void No_crc_reads_a_byte_outside_its_message(KernelTier tier)
    {
        foreach (var kernel in CrcCase.All.Select(crc => new Crc(crc.Parameters, tier)))
        {
            AssertStaysInside(kernel);
        }
    }

    [Fact]
    public void Crc32c_on_both_units_at_once_is_the_scalar_one()
    {
        Assert.SkipUnless(KernelSelector.IsSupported(KernelTier.Avx512), "the processor lacks AVX-512");
        var crc = CrcCase.All.Single(each => each.Parameters == Crc32C.Parameters);
        var kernel = new Crc(crc.Parameters, new Crc32CAvx512(crc.Parameters, bothUnits: true));
        AssertScalar(crc, kernel, Lengths(30_000).Where(length => length % 7 == 0 || length < 6000));
        AssertScalar(crc, kernel, Random(new Random(4), 1000));
        AssertStaysInside(kernel);
    }

    private static IEnumerable<int> Lengths(int end) => Enumerable.Range(0, end);

    /// <summary>As many short as long ones.</summary>
    private static IEnumerable<int> Random(Random random, int count) =>
        Enumerable.Range(0, count).Select(_ => random.Next(1 << random.Next(4, 18)));

    private static void AssertScalar(CrcCase crc, Crc kernel, IEnumerable<int> lengths)
    {
        var scalar = new Crc(crc.Parameters, KernelTier.Scalar);
        Compare(
            crc,
            kernel,
            lengths,
            (seed, data, length) => scalar.Append(seed, new ReadOnlySpan<byte>(data, length))
        );
    }

    private static void Compare(CrcCase crc, Crc kernel, IEnumerable<int> lengths, Expected expected)
    {
        const int Offsets = 64;
        var random = new Random(5);
        var buffer = new byte[(1 << 17) + Offsets];
        random.NextBytes(buffer);
        fixed (byte* bytes = buffer)
        {
            foreach (var length in lengths)
            {
                var offset = random.Next(Offsets);
                var seed = crc.Seed(random);
                var data = new ReadOnlySpan<byte>(bytes + offset, length);
                if (expected(seed, bytes + offset, length) != kernel.Append(seed, data))
                {
                    Assert.Fail($"{crc.Name} of {length} bytes at {offset} with seed {seed:x} differs");
                }
            }
        }
    }

    private static void AssertStaysInside(Crc kernel)
    {
        foreach (var length in Enumerable.Range(1, 300).Concat([511, 777, 1025, 4099, 20_001, 65_537]))
        {
            using var atEnd = new GuardedBuffer(length);
            using var atStart = new GuardedBuffer(length, atEnd: false);
            Assert.Equal(kernel.Append(0, atStart.Span), kernel.Append(0, atEnd.Span));
        }
    }

    private delegate ulong Expected(ulong seed, byte* data, int length);
}
