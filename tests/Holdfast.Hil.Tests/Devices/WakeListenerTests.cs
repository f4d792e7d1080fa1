using System.Net.Sockets;
using Holdfast.Hal;
using Xunit;

namespace Holdfast.Hil.Tests;

public sealed class WakeListenerTests
{
    private static readonly byte[] Secret = [1, 2, 3, 4, 5, 6];

    [Fact]
    public async Task A_magic_packet_starts_its_node_and_no_other()
    {
        await using var rig = await StartAsync();
        await SendAsync(rig, Packet(rig.Container.Plan.Nodes[1].Mac!.Value));
        await RunningContainer.UntilAsync(() => Powered(rig) == 1);
        Assert.True(rig.Container.Read(model => model.IsPowered(rig.Container.Plan.Nodes[1].Node)));
    }

    [Fact]
    public async Task What_is_not_quite_a_magic_packet_for_a_node_starts_nothing()
    {
        await using var rig = await StartAsync();
        var nodes = rig.Container.Plan.Nodes;
        await SendAsync(rig, Packet(new MacAddress(0x02_00_00_00_00_99)));
        await SendAsync(rig, Packet(nodes[1].Mac!.Value)[..^1]);
        await SendAsync(rig, new byte[1400]);
        await SendAsync(rig, []);

        // The first node needs its SecureOn bytes, and these are not they.
        await SendAsync(rig, Packet(nodes[0].Mac!.Value));
        await SendAsync(rig, [.. Packet(nodes[0].Mac!.Value), 1, 2, 3, 4, 5, 7]);

        // Packets are served in their order: when the last one has worked, the others have not.
        await SendAsync(rig, Packet(nodes[2].Mac!.Value));
        await RunningContainer.UntilAsync(() => Powered(rig) > 0);
        Assert.Equal(1, Powered(rig));
    }

    [Fact]
    public async Task The_right_secret_starts_a_node_that_needs_one()
    {
        await using var rig = await StartAsync();
        await SendAsync(rig, [.. Packet(rig.Container.Plan.Nodes[0].Mac!.Value), .. Secret]);
        await RunningContainer.UntilAsync(() => Powered(rig) == 1);
    }

    private static Task<RunningContainer> StartAsync()
    {
        var plan = ContainerPlan.Default();
        return RunningContainer.StartAsync(
            plan with
            {
                Nodes = [plan.Nodes[0] with { SecureOn = Secret }, .. plan.Nodes[1..]],
            }
        );
    }

    private static int Powered(RunningContainer rig) =>
        rig.Container.Plan.Nodes.Count(node => rig.Container.Read(model => model.IsPowered(node.Node)));

    private static byte[] Packet(MacAddress address)
    {
        var packet = new byte[6 + (16 * MacAddress.Length)];
        packet.AsSpan(0, 6).Fill(0xFF);
        for (var i = 0; i < 16; i++)
        {
            address.CopyTo(packet.AsSpan(6 + (i * MacAddress.Length)));
        }

        return packet;
    }

    private static async Task SendAsync(RunningContainer rig, byte[] packet)
    {
        using var client = new UdpClient();
        await client.SendAsync(packet, rig.Container.WakeListener!);
    }
}
