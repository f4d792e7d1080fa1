using Holdfast.Testing;
using Xunit;

namespace Holdfast.Core.Tests;

public sealed class LapsedTimeProviderTests
{
    [Fact]
    public void Clock_and_timers_run_faster_together()
    {
        var real = new ManualTimeProvider();
        var lapsed = new LapsedTimeProvider(real, 60);
        var start = lapsed.Now;
        var fired = 0;
        using var timer = lapsed.CreateTimer(_ => fired++, null, TimeSpan.FromMinutes(1), TimeSpan.FromMinutes(1));

        real.Advance(TimeSpan.FromSeconds(3));

        Assert.Equal(TimeSpan.FromMinutes(3), lapsed.Now - start);
        Assert.Equal(3, fired);
    }
}
