using Holdfast.Storage.ErasureCoding;
using Holdfast.Storage.OpenCl.Acceleration;
using Xunit;

namespace Holdfast.Storage.OpenCl.Tests;

public sealed class CpuErasureTests
{
    [Theory]
    [InlineData(5000)]
    [InlineData((1 << 20) + 3)]
    public void Many_cores_rebuild_every_byte(int length)
    {
        var code = ErasureCode.Create(6, 3);
        var cpu = new CpuErasure(code, cores: 4);
        var stripe = Stripe.Staggered(9, length);
        var random = new SeededRandom(1);
        for (var shard = 0; shard < 6; shard++)
        {
            random.Fill(stripe[shard]);
        }

        var shards = stripe.ToMemories();
        cpu.Encode(shards, CancellationToken.None);
        byte[][] lost = [stripe[2].ToArray(), stripe[7].ToArray()];
        stripe[2].Fill(0xEE);
        stripe[7].Fill(0xEE);

        cpu.Rebuild(code.PlanRebuild(2, 7), shards, CancellationToken.None);

        Assert.True(stripe[2].SequenceEqual(lost[0]));
        Assert.True(stripe[7].SequenceEqual(lost[1]));
    }
}
