using Holdfast.Benchmarks.Storage;
using Xunit;

namespace Holdfast.Benchmarks.Tests;

public sealed class ComparisonTests
{
    [Fact]
    public void The_ratio_is_theirs_to_ours_in_time()
    {
        var (theirs, ours) = (0, 0);
        var row = new Comparison("row", 1000, () => theirs++, () => ours++, Goal: 0);

        var speed = row.Measure(warmUp: TimeSpan.Zero, slice: TimeSpan.FromMicroseconds(50), rounds: 3);

        Assert.True(theirs > 3 && ours > 3);
        Assert.Equal(speed.Ours / speed.IsaL, speed.Ratio);
        Assert.True(speed.Holds);
    }

    [Theory]
    [InlineData(1.5, 1.5, true)]
    [InlineData(1.49, 1.5, false)]
    [InlineData(0.1, null, true)]
    public void A_goal_holds_when_it_is_reached(double ratio, double? goal, bool holds) =>
        Assert.Equal(holds, new ComparedSpeed(new Comparison("row", 1, () => { }, () => { }, goal), 1, ratio).Holds);
}
