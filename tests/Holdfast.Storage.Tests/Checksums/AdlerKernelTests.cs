using Holdfast.Storage.Checksums;
using Holdfast.Storage.Kernels;
using Holdfast.Storage.Kernels.Checksums;
using Holdfast.Testing;
using Xunit;

namespace Holdfast.Storage.Tests.Checksums;

public sealed unsafe class AdlerKernelTests
{
    private const uint Modulus = 65521;

    /// <summary>Longer than what any kernel sums at once.</summary>
    private const int Long = (1 << 20) + 12345;

    [Theory, EveryTier]
    public void It_gives_the_published_check_values(KernelTier tier)
    {
        var kernel = AdlerKernel.For(tier);
        Assert.Equal(0x091E01DEu, Adler32.Append(kernel, 1, "123456789"u8));
        Assert.Equal(0x11E60398u, Adler32.Append(kernel, 1, "Wikipedia"u8));
        Assert.Equal(1u, Adler32.Append(kernel, 1, []));
    }

    [Theory, EveryTier]
    public void It_is_what_the_definition_says(KernelTier tier)
    {
        var kernel = AdlerKernel.For(tier);
        var data = new byte[2000];
        new Random(1).NextBytes(data);
        for (var length = 0; length <= data.Length; length++)
        {
            var message = data.AsSpan(0, length);
            Assert.Equal(ByDefinition(message), Adler32.Append(kernel, 1, message));
        }
    }

    [Theory, EveryTier]
    public void Nothing_overflows_when_every_sum_is_as_large_as_it_can_be(KernelTier tier)
    {
        const uint Largest = ((Modulus - 1) << 16) | (Modulus - 1);
        var data = new byte[Long];
        data.AsSpan().Fill(255);
        var scalar = new AdlerScalar();
        var kernel = AdlerKernel.For(tier);
        foreach (var length in new[] { 351, 352, 353, 5552, 5553, 1 << 16, 1 << 20, Long })
        {
            var message = data.AsSpan(0, length);
            Assert.Equal(Adler32.Append(scalar, Largest, message), Adler32.Append(kernel, Largest, message));
        }

        Assert.Equal(ByDefinition(data), Adler32.Append(kernel, 1, data));
    }

    [Theory, EveryTier]
    public void It_is_what_isa_l_computes(KernelTier tier)
    {
        var theirs = IsaL.Require().Crc32("isal_adler32");
        var kernel = AdlerKernel.For(tier);
        var random = new Random(2);
        var buffer = new byte[1 << 17];
        random.NextBytes(buffer);
        fixed (byte* bytes = buffer)
        {
            for (var i = 0; i < 3000; i++)
            {
                var length = i <= 300 ? i : random.Next(1 << random.Next(4, 17));
                var offset = random.Next(64);
                var seed = ((uint)random.Next((int)Modulus) << 16) | (uint)random.Next((int)Modulus);
                Assert.Equal(
                    theirs(seed, bytes + offset, (ulong)length),
                    Adler32.Append(kernel, seed, new ReadOnlySpan<byte>(bytes + offset, length))
                );
            }
        }
    }

    [Theory, EveryTier]
    public void It_reads_no_byte_outside_its_message(KernelTier tier)
    {
        var kernel = AdlerKernel.For(tier);
        foreach (var length in Enumerable.Range(1, 300).Concat([777, 4099, 65_537]))
        {
            using var atEnd = new GuardedBuffer(length);
            using var atStart = new GuardedBuffer(length, atEnd: false);
            Assert.Equal(Adler32.Append(kernel, 1, atStart.Span), Adler32.Append(kernel, 1, atEnd.Span));
        }
    }

    private static uint ByDefinition(ReadOnlySpan<byte> data)
    {
        var (first, second) = (1u, 0u);
        foreach (var value in data)
        {
            first = (first + value) % Modulus;
            second = (second + first) % Modulus;
        }

        return (second << 16) | first;
    }
}
