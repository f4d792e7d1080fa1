using Holdfast.Mqtt.Transport;
using Xunit;

namespace Holdfast.Mqtt.Tests.Transport;

public sealed class DoorbellTests
{
    private readonly Doorbell bell = new();

    [Fact]
    public void Rung_before_anybody_waits_it_is_remembered_once()
    {
        bell.Ring();
        bell.Ring();
        Assert.True(bell.WaitAsync(default).AsTask().IsCompletedSuccessfully);
        Assert.False(bell.WaitAsync(default).AsTask().IsCompleted);
    }

    [Fact]
    public void The_waiter_goes_on_before_ringing_here_returns()
    {
        var rung = 0;
        var waiting = CountAsync(3, () => rung++);
        bell.RingHere();
        Assert.Equal(1, rung);
        bell.RingHere();
        bell.RingHere();
        Assert.True(waiting.IsCompletedSuccessfully);
        Assert.Equal(3, rung);
    }

    [Fact]
    public async Task Who_gives_up_waiting_can_wait_again()
    {
        using var patience = new CancellationTokenSource();
        var waiting = bell.WaitAsync(patience.Token).AsTask();
        await patience.CancelAsync();
        await Assert.ThrowsAsync<OperationCanceledException>(async () => await waiting);
        var again = bell.WaitAsync(default).AsTask();
        bell.Ring();
        await again;
    }

    [Fact]
    public async Task Who_waits_with_a_cancelled_token_is_told_so() =>
        await Assert.ThrowsAsync<OperationCanceledException>(async () => await bell.WaitAsync(new(canceled: true)));

    [Fact]
    public async Task No_ring_is_missed_however_ringing_and_waiting_meet()
    {
        const int Turns = 20_000;
        var other = new Doorbell();
        var answering = Task.Run(async () =>
        {
            for (var i = 0; i < Turns; i++)
            {
                await bell.WaitAsync(default);
                other.Ring();
            }
        });
        for (var i = 0; i < Turns; i++)
        {
            bell.Ring();
            await other.WaitAsync(default);
        }

        await answering.WaitAsync(Patience.Long);
    }

    private async Task CountAsync(int count, Action rung)
    {
        for (var i = 0; i < count; i++)
        {
            await bell.WaitAsync(default);
            rung();
        }
    }
}
