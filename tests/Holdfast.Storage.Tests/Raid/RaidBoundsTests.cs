using Holdfast.Storage.Kernels;
using Holdfast.Storage.Kernels.Raid;
using Holdfast.Storage.Raid;
using Xunit;

namespace Holdfast.Storage.Tests.Raid;

/// <summary>Every shard ends or begins at an unreadable page.</summary>
public sealed unsafe class RaidBoundsTests
{
    private const int K = 3;

    public static IEnumerable<int> Lengths => [.. Enumerable.Range(1, 300), 511, 1027, 4095, 4097, 9999];

    [Theory, EveryTier]
    public void No_kernel_touches_a_byte_behind_a_shard(KernelTier tier) => Touch(tier, atEnd: true);

    [Theory, EveryTier]
    public void No_kernel_touches_a_byte_before_a_shard(KernelTier tier) => Touch(tier, atEnd: false);

    [Theory, EveryTier]
    public void Zero_detection_touches_no_byte_outside(KernelTier tier)
    {
        foreach (var length in Lengths)
        {
            using var ending = new GuardedBuffer(length);
            using var beginning = new GuardedBuffer(length, atEnd: false);
            foreach (var locality in Enum.GetValues<DataLocality>())
            {
                Assert.True(ZeroDetection.IsZero(ending.Span, locality, tier));
                Assert.True(ZeroDetection.IsZero(beginning.Span, locality, tier));
            }
        }
    }

    private static void Touch(KernelTier tier, bool atEnd)
    {
        var kernel = RaidKernel.For(tier);
        var random = new SeededRandom(3);
        var shards = stackalloc byte*[K + 2];
        foreach (var length in Lengths)
        {
            var buffers = Enumerable.Range(0, K + 2).Select(_ => new GuardedBuffer(length, atEnd)).ToArray();
            for (var i = 0; i < K + 2; i++)
            {
                random.Fill(buffers[i].Span);
                shards[i] = buffers[i].Pointer;
            }

            foreach (var streamed in new[] { false, true })
            {
                RaidRecovery.Dual(kernel, shards, K, K, K + 1, length, streamed);
                RaidRecovery.Dual(kernel, shards, K, K + 1, null, length, streamed);
                RaidRecovery.Xor(kernel, shards, K, K, length, streamed);
            }

            RaidRecovery.Dual(kernel, shards, K, 0, 2, length, streamed: false);
            RaidRecovery.Dual(kernel, shards, K, 1, K, length, streamed: false);
            RaidRecovery.Dual(kernel, shards, K, 1, K + 1, length, streamed: false);
            Assert.Equal(DualParityFault.None, kernel.Check(shards, K, shards[K], shards[K + 1], length));
            Assert.True(kernel.Cancels(shards, K + 1, length));
            foreach (var buffer in buffers)
            {
                buffer.Dispose();
            }
        }
    }
}
