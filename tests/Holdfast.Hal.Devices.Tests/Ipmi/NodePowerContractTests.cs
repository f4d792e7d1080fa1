using System.Net;
using Holdfast.Hal.Devices.Ipmi;
using Holdfast.Testing;
using Xunit;

namespace Holdfast.Hal.Devices.Tests.Ipmi;

/// <summary>What <see cref="INodePower"/> promises, kept against every BMC that we have: a stranger's and the simulated one.</summary>
public sealed class NodePowerContractTests : IAsyncLifetime
{
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(80);
    private static readonly TimeSpan Soon = TimeSpan.FromSeconds(1.5);

    private readonly List<IAsyncDisposable> started = [];

    public static TheoryData<string> Devices => ["ipmi_sim", "simulated"];

    [Theory]
    [MemberData(nameof(Devices))]
    public async Task What_is_observed_is_the_truth_and_when_it_was_seen(string device)
    {
        var (power, node, _) = await StartAsync(device);
        var before = Rigs.Clock.Now;
        var off = await ObserveAsync(power);
        Assert.Equal((PowerState.Off, ""), (off.State, off.Detail));
        Assert.True(off.At >= before && off.At <= Rigs.Clock.Now);
        node.Powered = true;
        Assert.Equal(PowerState.On, (await ObserveAsync(power)).State);
    }

    [Theory]
    [MemberData(nameof(Devices))]
    public async Task On_and_off_reach_their_state_and_may_be_repeated(string device)
    {
        var (power, node, _) = await StartAsync(device);
        foreach (var (action, state) in new[] { (PowerAction.On, PowerState.On), (PowerAction.Off, PowerState.Off) })
        {
            for (var i = 0; i < 2; i++)
            {
                var outcome = await power.CommandAsync(action, Deadline, CancellationToken.None);
                Assert.Equal((true, true, state, ""), Told(outcome));
                Assert.Equal(state == PowerState.On, node.Powered);
            }
        }
    }

    [Theory]
    [MemberData(nameof(Devices))]
    public async Task A_soft_off_ends_off_when_the_node_has_stopped(string device)
    {
        var (power, node, _) = await StartAsync(device);
        await node.BootAsync();
        var outcome = await power.CommandAsync(PowerAction.SoftOff, Deadline, CancellationToken.None);
        Assert.Equal((true, true, PowerState.Off, ""), Told(outcome));
        Assert.False(node.Powered);
    }

    [Theory]
    [MemberData(nameof(Devices))]
    public async Task A_cycle_ends_on_wherever_it_starts(string device)
    {
        var (power, node, _) = await StartAsync(device);
        foreach (var powered in new[] { true, false })
        {
            node.Powered = powered;
            var outcome = await power.CommandAsync(PowerAction.Cycle, Deadline, CancellationToken.None);
            Assert.Equal((true, true, PowerState.On, ""), Told(outcome));
        }
    }

    [Theory]
    [MemberData(nameof(Devices))]
    public async Task A_reset_of_a_running_node_ends_on(string device)
    {
        var (power, node, _) = await StartAsync(device);
        node.Powered = true;
        var outcome = await power.CommandAsync(PowerAction.Reset, Deadline, CancellationToken.None);
        Assert.Equal((true, true, PowerState.On, ""), Told(outcome));
    }

    [Theory]
    [MemberData(nameof(Devices))]
    public async Task A_reset_of_a_node_that_is_off_is_not_reached_and_says_why(string device)
    {
        var (power, _, _) = await StartAsync(device);
        var outcome = await power.CommandAsync(PowerAction.Reset, Soon, CancellationToken.None);
        Assert.Equal((false, PowerState.Off), (outcome.Reached, outcome.Observed.State));
        Assert.NotEmpty(outcome.Detail);
    }

    [Theory]
    [MemberData(nameof(Devices))]
    public async Task A_silent_device_is_unknown_takes_no_command_and_heals(string device)
    {
        var (power, node, network) = await StartAsync(device);
        network.Answer = UdpRelay.Lost;
        var outcome = await power.CommandAsync(PowerAction.On, Soon, CancellationToken.None);
        Assert.Equal((false, false, PowerState.Unknown), (outcome.Accepted, outcome.Reached, outcome.Observed.State));
        Assert.NotEmpty(outcome.Detail);
        Assert.False(node.Powered);
        network.Answer = UdpRelay.Unspoilt;
        Assert.Equal(PowerState.Off, (await ObserveAsync(power)).State);
    }

    [Theory]
    [MemberData(nameof(Devices))]
    public async Task A_command_can_be_given_up(string device)
    {
        var (power, _, network) = await StartAsync(device);
        network.Answer = UdpRelay.Lost;
        using var stop = new CancellationTokenSource();
        var commanding = power.CommandAsync(PowerAction.On, Deadline, stop.Token);
        await stop.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => commanding);
    }

    public ValueTask InitializeAsync() => ValueTask.CompletedTask;

    public async ValueTask DisposeAsync()
    {
        // The last started may need the others.
        foreach (var device in Enumerable.Reverse(started))
        {
            await device.DisposeAsync();
        }
    }

    private static Task<PowerObservation> ObserveAsync(IpmiNodePower power) =>
        power.ObserveAsync(CancellationToken.None);

    private static (bool, bool, PowerState, string) Told(PowerOutcome outcome) =>
        (outcome.Accepted, outcome.Reached, outcome.Observed.State, outcome.Detail);

    private async Task<(IpmiNodePower Power, Truth Node, UdpRelay Network)> StartAsync(string device)
    {
        if (device == "ipmi_sim")
        {
            var bmc = Started(await IpmiSim.StartAsync());
            return Over(
                bmc.Endpoint,
                IpmiSim.User,
                IpmiSim.Password,
                new(() => bmc.Powered, on => bmc.Powered = on, () => bmc.Powered)
            );
        }

        var node = Started(await SimulatedNode.StartAsync());
        return Over(
            node.Endpoint,
            node.User,
            node.Password,
            new(() => node.Powered, on => node.Powered = on, () => node.Runs)
        );
    }

    private (IpmiNodePower, Truth, UdpRelay) Over(IPEndPoint endpoint, string user, string password, Truth node)
    {
        var network = Started(new UdpRelay(endpoint));
        return (Started(new IpmiNodePower(Rigs.Access(network.Endpoint, user, password))), node, network);
    }

    private T Started<T>(T device)
        where T : IAsyncDisposable
    {
        started.Add(device);
        return device;
    }

    /// <summary>The node's power past every driver.</summary>
    private sealed class Truth(Func<bool> get, Action<bool> set, Func<bool> runs)
    {
        public bool Powered
        {
            get => get();
            set => set(value);
        }

        /// <summary>Switches it on and waits until its system runs.</summary>
        public async Task BootAsync()
        {
            set(true);
            using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(30));
            using var timer = new PeriodicTimer(TimeSpan.FromMilliseconds(10));
            while (!runs())
            {
                await timer.WaitForNextTickAsync(limit.Token);
            }
        }
    }
}
