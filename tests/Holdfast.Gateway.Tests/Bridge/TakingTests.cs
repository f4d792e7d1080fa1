using Holdfast.Gateway.Bridge;
using Holdfast.Gateway.Outbox;
using Holdfast.Mqtt;
using Holdfast.Testing;
using Xunit;

namespace Holdfast.Gateway.Tests.Bridge;

/// <summary>How messages of the local broker come to the disk: together, and not acknowledged before.</summary>
public sealed class TakingTests : IAsyncDisposable
{
    private static readonly BridgePlan Plan = new("b", [new UpRule("t/#", MessageClass.Metric)], []);

    private readonly CancellationTokenSource stop = new();
    private readonly FakeClient local = new();
    private readonly FakeClient[] upstream = [new(), new()];
    private readonly MemoryFolder disk = new();
    private Task running = Task.CompletedTask;

    public async ValueTask DisposeAsync()
    {
        await stop.CancelAsync();
        await running;
        stop.Dispose();
    }

    [Fact]
    public async Task What_has_arrived_goes_to_the_disk_together()
    {
        for (var i = 0; i < 1200; i++)
        {
            Receive($"{i}");
        }

        var (outbox, writes) = (Open(), 0);
        outbox.Written += () => writes++;
        Start(outbox);
        await UntilAsync(() => local.Acknowledged == 1200);

        Assert.InRange(writes, 3, 6);
        Assert.Equal(Enumerable.Range(0, 1200).Select(i => $"{i}"), Outboxes.Drain(outbox, "up0").Select(m => m.Text));
    }

    [Fact]
    public async Task One_alone_waits_for_no_other()
    {
        var outbox = Open();
        Start(outbox);
        Receive("alone");
        await UntilAsync(() => local.Acknowledged == 1);

        Assert.Equal("alone", Assert.Single(Outboxes.Drain(outbox, "up0")).Text);
    }

    [Fact]
    public async Task What_the_disk_refuses_is_not_acknowledged_and_taken_later()
    {
        var outbox = Open();
        disk.ReadOnly = true;
        Receive("1");
        Receive("2");
        Start(outbox);
        await UntilAsync(() => outbox.Problem is not null);
        Assert.Equal(0, local.Acknowledged);
        disk.ReadOnly = false;
        await UntilAsync(() => local.Acknowledged == 2);

        Assert.Equal(["1", "2"], Outboxes.Drain(outbox, "up0").Select(message => message.Text));
    }

    [Fact]
    public async Task What_goes_no_further_is_acknowledged_all_the_same()
    {
        var outbox = Open();
        local.Receive(new MqttMessage("other", default));
        Receive("1");
        Start(outbox);
        await UntilAsync(() => local.Acknowledged == 2);

        Assert.Equal(2, outbox.End);
    }

    [Fact]
    public async Task An_upstream_broker_that_is_gone_holds_no_other_back()
    {
        var outbox = Open();
        Start(outbox);
        upstream[1].Connect();
        for (var i = 0; i < 300; i++)
        {
            Receive($"{i}");
            Assert.Equal($"{i}", (await upstream[1].NextAsync()).Text);
        }

        await UntilAsync(() => outbox.Waiting("up1") == 0);
        Assert.Equal(300, outbox.Waiting("up0"));
    }

    [Fact]
    public async Task A_batch_ends_at_its_bytes()
    {
        for (var i = 0; i < 5; i++)
        {
            Receive(new string('x', 40));
        }

        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(30));
        var sizes = new List<int>();
        await foreach (var batch in local.DeliveriesAsync(stop.Token).TogetherAsync(100, 100, patience.Token))
        {
            sizes.Add(batch.Count);
            if (sizes.Sum() == 5)
            {
                break;
            }
        }

        Assert.Equal([3, 2], sizes);
    }

    private DurableOutbox Open() =>
        new(disk, new OutboxLimits { BallastBytes = 0 }, new GapSigner(Outboxes.Key), Outboxes.GapTopic, "up0", "up1");

    private void Receive(string payload) => local.Receive(Outboxes.Metric("t/x", payload).Message);

    private void Start(DurableOutbox outbox) =>
        running = new MqttBridge(
            Plan,
            local,
            [(new UplinkOptions("up0"), upstream[0]), (new UplinkOptions("up1"), upstream[1])],
            UplinkMode.All,
            outbox,
            () => Outboxes.Time,
            TimeProvider.System,
            _ => { }
        ).RunAsync(stop.Token);

    private static async Task UntilAsync(Func<bool> holds)
    {
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(30));
        while (!holds())
        {
            await Task.Delay(TimeSpan.FromMilliseconds(10), patience.Token);
        }
    }
}
