using System.Buffers;
using Holdfast.Storage.Kernels;
using Holdfast.Storage.Raid;
using Xunit;

namespace Holdfast.Storage.Tests.Raid;

/// <summary>Every shard ends or begins at an unreadable page.</summary>
public sealed class RaidBoundsTests
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
                Assert.True(ZeroDetection.IsZero(ending.Memory.Span, locality, tier));
                Assert.True(ZeroDetection.IsZero(beginning.Memory.Span, locality, tier));
            }
        }
    }

    private static void Touch(KernelTier tier, bool atEnd)
    {
        var random = new SeededRandom(3);
        foreach (var length in Lengths)
        {
            IMemoryOwner<byte>[] buffers =
            [
                .. Enumerable.Range(0, K + 2).Select(_ => new GuardedBuffer(length, atEnd)),
            ];
            Memory<byte>[] shards = [.. buffers.Select(buffer => buffer.Memory)];
            foreach (var shard in shards)
            {
                random.Fill(shard.Span);
            }

            foreach (var locality in Enum.GetValues<DataLocality>())
            {
                DualParity.Recover(shards, K, K + 1, locality, tier);
                DualParity.Recover(shards, K + 1, K + 1, locality, tier);
                XorParity.Recover(shards.AsSpan(0, K + 1), K, locality, tier);
            }

            DualParity.Recover(shards, 0, 2, DataLocality.Cached, tier);
            DualParity.Recover(shards, 1, K, DataLocality.Cached, tier);
            DualParity.Recover(shards, 1, K + 1, DataLocality.Cached, tier);
            Assert.Equal(DualParityFault.None, DualParity.Check(shards, tier));
            Assert.True(XorParity.Check(shards.AsSpan(0, K + 1), tier));
            foreach (var buffer in buffers)
            {
                buffer.Dispose();
            }
        }
    }
}
