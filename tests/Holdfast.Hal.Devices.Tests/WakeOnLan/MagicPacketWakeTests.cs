using System.Net.Sockets;
using Holdfast.Hal.Devices.WakeOnLan;
using Holdfast.Testing;
using Xunit;

namespace Holdfast.Hal.Devices.Tests.WakeOnLan;

public sealed class MagicPacketWakeTests
{
    private static readonly MacAddress Node = new(0x02005E1000FF);
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan Step = TimeSpan.FromMilliseconds(100);

    private static readonly SocketException Unreachable = new((int)SocketError.NetworkUnreachable);

    private readonly ManualTimeProvider clock = new();
    private readonly RecordingSender sender;

    public MagicPacketWakeTests() => sender = new RecordingSender(clock);

    [Fact]
    public async Task Calls_go_out_ever_more_slowly_until_the_deadline()
    {
        var start = clock.Now;
        var outcome = await RunAsync(_ => Task.FromResult(false));
        Assert.Equal([0, 0.5, 1.5, 3.5, 7.5, 10], sender.At.Select(at => (at - start).TotalSeconds));
        Assert.Equal(new WakeOutcome(false, 6, "it was not seen after 6 magic packets"), outcome);
        Assert.Equal(Deadline, clock.Now - start);
    }

    [Fact]
    public async Task They_end_when_the_node_is_seen()
    {
        var start = clock.Now;
        var outcome = await RunAsync(_ => Task.FromResult(clock.Now - start > TimeSpan.FromSeconds(3)));
        Assert.Equal(new WakeOutcome(true, 4, ""), outcome);
        Assert.Equal(4, sender.At.Count);
    }

    [Fact]
    public async Task A_node_that_comes_up_just_before_the_deadline_is_seen()
    {
        var start = clock.Now;
        var outcome = await RunAsync(_ => Task.FromResult(clock.Now - start > TimeSpan.FromSeconds(9)));
        Assert.True(outcome.Seen);
    }

    [Fact]
    public async Task Every_call_carries_the_address_and_the_password()
    {
        await RunAsync(_ => Task.FromResult(false));
        Assert.All(sender.Packets, packet => Assert.Equal(MagicPacket.Build(Node, [1, 2, 3, 4]), packet));
    }

    [Fact]
    public async Task A_call_that_cannot_be_sent_is_repeated_until_the_deadline_and_says_why()
    {
        sender.Refusal = _ => Unreachable;
        var outcome = await RunAsync(_ => Task.FromResult(false));
        Assert.Equal(new WakeOutcome(false, 0, $"no magic packet can be sent: {Unreachable.Message}"), outcome);
    }

    [Fact]
    public async Task A_network_that_is_down_for_a_moment_does_not_end_the_waking()
    {
        var start = clock.Now;
        sender.Refusal = attempt => attempt <= 2 ? Unreachable : null;
        var outcome = await RunAsync(_ => Task.FromResult(clock.Now - start > TimeSpan.FromSeconds(3)));
        Assert.Equal(new WakeOutcome(true, 2, ""), outcome);
    }

    [Fact]
    public async Task A_node_that_was_not_seen_may_have_missed_the_calls_that_could_not_be_sent()
    {
        sender.Refusal = attempt => attempt == 2 ? Unreachable : null;
        var outcome = await RunAsync(_ => Task.FromResult(false));
        Assert.Equal(
            new WakeOutcome(
                false,
                5,
                $"it was not seen after 5 magic packets; 1 more could not be sent: {Unreachable.Message}"
            ),
            outcome
        );
    }

    [Fact]
    public async Task A_node_that_somebody_else_wakes_is_seen_though_no_call_can_be_sent()
    {
        sender.Refusal = _ => Unreachable;
        var start = clock.Now;
        var outcome = await RunAsync(_ => Task.FromResult(clock.Now - start > TimeSpan.FromSeconds(3)));
        Assert.True(outcome.Seen);
    }

    [Fact]
    public async Task A_right_that_is_missing_is_told_at_once_since_no_waiting_brings_it()
    {
        sender.Refusal = _ => new SocketException((int)SocketError.AccessDenied);
        var outcome = await RunAsync(_ => Task.FromResult(false));
        Assert.Equal((false, 0), (outcome.Seen, outcome.Attempts));
        Assert.Contains("CAP_NET_RAW", outcome.Detail, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Waking_can_be_given_up()
    {
        using var stop = new CancellationTokenSource();
        var waking = Wake().WakeAsync(_ => Task.FromResult(false), Deadline, stop.Token);
        await stop.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => waking);
    }

    [Fact]
    public void A_password_of_a_wrong_length_is_refused_before_anything_is_sent() =>
        Assert.Throws<ArgumentException>(() => new MagicPacketWake(sender, Node, new byte[5], clock));

    private MagicPacketWake Wake() => new(sender, Node, new byte[] { 1, 2, 3, 4 }, clock);

    /// <summary>The clock fires timers, and what waits for them, inside of Advance: nothing runs beside this loop.</summary>
    private async Task<WakeOutcome> RunAsync(Func<CancellationToken, Task<bool>> seen)
    {
        var waking = Wake().WakeAsync(seen, Deadline, CancellationToken.None);
        for (var passed = TimeSpan.Zero; passed < Deadline && !waking.IsCompleted; passed += Step)
        {
            clock.Advance(Step);
        }

        return await waking.WaitAsync(TimeSpan.FromSeconds(30));
    }

    private sealed class RecordingSender(ManualTimeProvider clock) : IMagicPacketSender
    {
        public List<MonotonicTime> At { get; } = [];

        public List<byte[]> Packets { get; } = [];

        /// <summary>What becomes of the first call, the second and so on; null: it is sent.</summary>
        public Func<int, SocketException?> Refusal { get; set; } = _ => null;

        public Task SendAsync(ReadOnlyMemory<byte> packet, CancellationToken cancellationToken)
        {
            At.Add(clock.Now);
            Packets.Add(packet.ToArray());
            return Refusal(At.Count) is { } refusal ? Task.FromException(refusal) : Task.CompletedTask;
        }
    }
}
