using Holdfast.Firmware.Appliance;
using Xunit;

namespace Holdfast.Firmware.Tests.Appliance;

/// <summary>An outbox that refuses is shown, and becomes two events: when it came and when it was over.</summary>
public sealed class OutboxWatchTests
{
    private readonly OutboxWatch watch = new();

    [Fact]
    public void A_problem_is_noted_once_and_shown_as_it_is_now()
    {
        Assert.Null(watch.Look(null, At(0)));
        var note = watch.Look("No space left on device", At(1))!;
        Assert.Equal("outbox-refuses", note.Code);
        Assert.Contains("No space left on device", note.Text, StringComparison.Ordinal);
        Assert.Null(watch.Look("the outbox is full", At(2)));
        Assert.Equal("the outbox is full", watch.Problem);
    }

    [Fact]
    public void A_disk_at_its_brim_does_not_fill_itself_with_events()
    {
        watch.Look("full", At(0));
        for (var second = 1; second < 1000; second++)
        {
            Assert.Null(watch.Look(second % 2 == 0 ? "full" : null, At(second)));
        }

        Assert.Equal("full", watch.Problem);
        var over = At(1000) + OutboxWatch.OverAfter;
        Assert.Equal("outbox-takes", watch.Look(null, over)!.Code);
        Assert.Null(watch.Problem);
        Assert.Null(watch.Look(null, over));
    }

    private static MonotonicTime At(int seconds) => MonotonicTime.FromSeconds(seconds);
}
