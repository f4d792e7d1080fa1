using Holdfast.Hal;
using Holdfast.Hal.Devices.Ipmi;

namespace Holdfast.Firmware.Appliance;

/// <summary>Every driver that the board asks for, set up but not yet spoken to.</summary>
internal sealed record Devices(
    IReadOnlyList<NodeDevices> Nodes,
    IReadOnlyList<ISensorSource> Sensors,
    IReadOnlyList<IFan> Fans,
    IReadOnlyList<ISafetyInput> Safety,
    IReadOnlyList<IRelay> Relays,
    IReadOnlyList<IPowerMeter> Meters,
    IUps? Ups
) : IAsyncDisposable
{
    public async ValueTask DisposeAsync() =>
        await Task.WhenAll(Nodes.Select(node => node.Power.DisposeAsync().AsTask()));
}

/// <summary>What one node can be reached by; null where the board names nothing.</summary>
internal sealed record NodeDevices(
    NodeId Node,
    INodePower Power,
    ISensorSource? Sensors,
    INodePresence? Presence,
    INodeWake? Wake,
    Func<CancellationToken, Task<IpmiIdentity?>> Identify
);
