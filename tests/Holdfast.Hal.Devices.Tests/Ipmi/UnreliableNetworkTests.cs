using System.Collections.Concurrent;
using Holdfast.Hal.Devices.Ipmi.Wire;
using Holdfast.Testing;
using Xunit;

namespace Holdfast.Hal.Devices.Tests.Ipmi;

/// <summary>The driver and the simulated BMC with a network between them that loses, doubles, keeps and spoils.</summary>
public sealed class UnreliableNetworkTests : IAsyncLifetime
{
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(100);

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    private SpoiltNetwork rig = null!;

    public async ValueTask InitializeAsync() => rig = await SpoiltNetwork.StartAsync();

    public ValueTask DisposeAsync() => rig.DisposeAsync();

    [Fact]
    public async Task Whatever_the_network_does_a_running_node_is_never_seen_off()
    {
        var random = new SeededRandom(7);
        rig.Relay.Request = rig.Relay.Answer = datagram => Spoil(datagram, random);
        var seen = new List<PowerState>();
        for (var i = 0; i < 60; i++)
        {
            seen.Add((await rig.ObserveAsync()).State);
        }

        Assert.DoesNotContain(PowerState.Off, seen);
        Assert.Contains(PowerState.On, seen);
    }

    [Fact]
    public async Task A_BMC_that_does_not_answer_is_unknown_and_found_again()
    {
        Assert.Equal(PowerState.On, (await rig.ObserveAsync()).State);
        rig.Relay.Answer = UdpRelay.Lost;
        var silent = await rig.ObserveAsync();
        Assert.Equal(PowerState.Unknown, silent.State);
        Assert.Contains("does not answer", silent.Detail, StringComparison.Ordinal);
        rig.Relay.Answer = UdpRelay.Unspoilt;
        Assert.Equal(PowerState.On, (await rig.ObserveAsync()).State);
    }

    [Fact]
    public async Task A_session_that_is_given_up_is_closed_since_a_BMC_has_few()
    {
        await rig.ObserveAsync();
        var asked = new ConcurrentQueue<byte>();
        rig.Relay.Answer = UdpRelay.Lost;
        rig.Relay.Request = datagram =>
        {
            asked.Enqueue(datagram[SpoiltNetwork.PayloadType]);
            return [datagram];
        };
        await rig.ObserveAsync();

        // The question thrice, the farewell once; then a new session, thrice.
        Assert.Equal(
            [.. Enumerable.Repeat(RmcpPacket.SignedMessage, 3 + 1), .. Enumerable.Repeat(RmcpPacket.OpenRequest, 3)],
            asked
        );
    }

    [Fact]
    public async Task Every_answer_twice_and_the_one_before_first_is_no_different()
    {
        byte[]? before = null;
        rig.Relay.Answer = datagram =>
        {
            byte[][] sent = [before ?? datagram, datagram, datagram];
            before = datagram;
            return sent;
        };
        Assert.Equal(PowerState.On, (await rig.ObserveAsync()).State);
        rig.Node.Powered = false;
        Assert.Equal(PowerState.Off, (await rig.ObserveAsync()).State);
        Assert.Equal(PowerState.Off, (await rig.ObserveAsync()).State);
    }

    [Fact]
    public async Task An_answer_that_comes_only_to_the_second_asking_is_taken()
    {
        var asked = 0;
        rig.Relay.Answer = datagram =>
            datagram[SpoiltNetwork.PayloadType] == RmcpPacket.SignedMessage && Interlocked.Increment(ref asked) % 2 == 1
                ? []
                : [datagram];
        Assert.Equal(PowerState.On, (await rig.ObserveAsync()).State);
    }

    [Fact]
    public async Task A_BMC_that_mixes_up_a_doubled_question_is_not_taken_for_a_wrong_password()
    {
        rig.Relay.Request = datagram =>
            datagram[SpoiltNetwork.PayloadType] == RmcpPacket.Rakp1 ? [datagram, datagram] : [datagram];
        var seen = await rig.ObserveAsync();
        Assert.Equal(PowerState.Unknown, seen.State);
        Assert.Contains("it lost track of the session", seen.Detail, StringComparison.Ordinal);
        rig.Relay.Request = UdpRelay.Unspoilt;
        Assert.Equal(PowerState.On, (await rig.ObserveAsync()).State);
    }

    [Fact]
    public async Task Giving_up_while_a_session_opens_leaves_no_session_without_rights()
    {
        using var stop = new CancellationTokenSource();
        rig.Relay.Answer = datagram =>
        {
            if (datagram[SpoiltNetwork.PayloadType] != RmcpPacket.SignedMessage)
            {
                return [datagram];
            }

            // The session is open; its privilege is asked for. Nobody gets to hear the answer.
            stop.Cancel();
            return [];
        };
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => rig.Power.ObserveAsync(stop.Token));
        rig.Relay.Answer = UdpRelay.Unspoilt;
        var off = await rig.Power.CommandAsync(PowerAction.Off, Deadline, CancellationToken.None);
        Assert.Equal((true, true), (off.Accepted, off.Reached));
    }

    [Fact]
    public async Task A_command_to_a_silent_BMC_ends_at_its_deadline()
    {
        var clock = new ManualTimeProvider();
        await using var patient = rig.Driver(clock);
        rig.Relay.Answer = UdpRelay.Lost;
        var commanding = patient.CommandAsync(PowerAction.Off, TimeSpan.FromSeconds(1.5), CancellationToken.None);
        clock.Advance(TimeSpan.FromSeconds(1.5));
        var outcome = await commanding.WaitAsync(Patience);
        Assert.Equal((false, false, PowerState.Unknown), (outcome.Accepted, outcome.Reached, outcome.Observed.State));
        Assert.NotEmpty(outcome.Detail);
        Assert.True(rig.Node.Powered);
    }

    private static byte[][] Spoil(byte[] datagram, SeededRandom random)
    {
        lock (random)
        {
            switch (random.Next(16))
            {
                case 0:
                    return [];
                case 1:
                    return [datagram, datagram];
                case 2:
                    return [datagram[..random.Next(datagram.Length)]];
                case 3:
                    var spoilt = datagram.ToArray();
                    spoilt[random.Next(spoilt.Length)] ^= (byte)(1 << random.Next(8));
                    return [spoilt];
                case 4:
                    var noise = new byte[1 + random.Next(200)];
                    random.Fill(noise);
                    return [noise, datagram];
                default:
                    return [datagram];
            }
        }
    }
}
