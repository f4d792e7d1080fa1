using Xunit;

namespace Holdfast.Core.Tests;

public sealed class SeededRandomTests
{
    [Fact]
    public void A_seed_gives_the_same_numbers_on_every_machine()
    {
        var random = new SeededRandom(0);
        Assert.Equal(
            [0x99EC5F36CB75F2B4UL, 0xBF6E1F784956452AUL, 0x1A5F849D4933E6E0UL],
            new[] { random.NextUInt64(), random.NextUInt64(), random.NextUInt64() }
        );
    }

    [Fact]
    public void Numbers_stay_in_their_range()
    {
        var random = new SeededRandom(7);
        for (var i = 0; i < 10_000; i++)
        {
            Assert.InRange(random.Next(3), 0, 2);
            Assert.InRange(random.NextDouble(), 0, 0.9999999999999999);
        }
    }
}
