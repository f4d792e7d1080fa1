using Holdfast.Hal.Devices.Ipmi;
using Holdfast.Testing;

namespace Holdfast.Hal.Devices.Tests.Ipmi;

/// <summary>A running node behind the simulated BMC, with a network in between that the test spoils.</summary>
internal sealed class SpoiltNetwork : IAsyncDisposable
{
    /// <summary>Where an RMCP+ datagram says what it carries.</summary>
    public const int PayloadType = 5;

    // The driver waits a second for an answer; here that second is short.
    private static readonly TimeProvider Hurried = new LapsedTimeProvider(TimeProvider.System, 10);

    private SpoiltNetwork(SimulatedNode node)
    {
        Node = node;
        Relay = new UdpRelay(node.Endpoint);
        Power = Driver(Hurried);
        Node.Powered = true;
    }

    public SimulatedNode Node { get; }

    public UdpRelay Relay { get; }

    public IpmiNodePower Power { get; }

    public static async Task<SpoiltNetwork> StartAsync() => new(await SimulatedNode.StartAsync());

    public IpmiNodePower Driver(TimeProvider clock) =>
        new(new IpmiBmc(Relay.Endpoint, Node.User, Rigs.Bytes(Node.Password), clock));

    public Task<PowerObservation> ObserveAsync() => Power.ObserveAsync(CancellationToken.None);

    public async ValueTask DisposeAsync()
    {
        await Power.DisposeAsync();
        await Relay.DisposeAsync();
        await Node.DisposeAsync();
    }
}
