using Holdfast.Storage.ErasureCoding;
using Holdfast.Storage.Raid;
using Xunit;

namespace Holdfast.Storage.Tests.Raid;

public sealed class RaidAllocationTests
{
    [Fact]
    public void Nothing_is_allocated()
    {
        var shards = RaidShards.Random(new SeededRandom(1), 12, 5000);
        var stripe = Stripe.Staggered(12, 5000);
        Assert.Equal(0, Allocations.Of(() => Work(shards, stripe)));
    }

    private static void Work(Memory<byte>[] shards, Stripe stripe)
    {
        DualParity.Generate(shards);
        DualParity.Check(shards);
        DualParity.Recover(shards, 3);
        DualParity.Recover(shards, 3, 1);
        DualParity.Recover(shards, 3, 10);
        DualParity.Recover(shards, 3, 11);
        DualParity.Generate(stripe);
        XorParity.Generate(shards);
        XorParity.Check(shards);
        XorParity.Recover(shards, 5);
        XorParity.Recover(stripe, 5);
        ZeroDetection.IsZero(shards[0].Span);
    }
}
