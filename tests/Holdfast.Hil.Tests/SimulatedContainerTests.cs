using System.Net;
using System.Net.Sockets;
using Xunit;

namespace Holdfast.Hil.Tests;

public sealed class SimulatedContainerTests
{
    [Fact]
    public async Task Every_device_is_on_a_port_of_its_own()
    {
        await using var rig = await RunningContainer.StartAsync();
        var container = rig.Container;
        Assert.Equal(16, container.Bmcs.Values.Select(endpoint => endpoint.Port).Distinct().Count());
        Assert.Equal(16, container.Presences.Values.Select(endpoint => endpoint.Port).Distinct().Count());
        Assert.DoesNotContain(0, container.Bmcs.Values.Select(endpoint => endpoint.Port));
        Assert.NotEqual(0, container.WakeListener!.Port);
    }

    [Fact]
    public async Task A_port_in_use_is_told_with_its_number_and_its_device()
    {
        using var taken = new Socket(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);
        taken.Bind(RunningContainer.Loopback(0));
        var endpoint = (IPEndPoint)taken.LocalEndPoint!;
        var error = await Assert.ThrowsAsync<IOException>(() => StartWithAsync(bmc: endpoint));
        Assert.Contains($"UDP {endpoint} for the BMC of node-01 is in use", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_presence_port_in_use_is_told()
    {
        using var taken = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        taken.Bind(RunningContainer.Loopback(0));
        taken.Listen();
        var endpoint = (IPEndPoint)taken.LocalEndPoint!;
        var error = await Assert.ThrowsAsync<IOException>(() => StartWithAsync(presence: endpoint));
        Assert.Contains(
            $"TCP {endpoint} for the presence of node-01 is in use",
            error.Message,
            StringComparison.Ordinal
        );
    }

    [Fact]
    public async Task The_physics_follows_the_clock()
    {
        await using var rig = await RunningContainer.StartAsync();
        await rig.PassAsync(TimeSpan.FromHours(4));
        Assert.Equal(TimeSpan.FromHours(4), rig.Container.Read(model => model.Elapsed));
        Assert.Equal(12, rig.Container.Read(model => model.HourOfDay), 0.01);
    }

    [Fact]
    public async Task The_end_frees_all_ports()
    {
        var rig = await RunningContainer.StartAsync();
        var bmc = rig.Container.Bmcs[new NodeId("node-01")];
        var presence = rig.Container.Presences[new NodeId("node-01")];
        await rig.DisposeAsync();
        Assert.True(rig.Container.Completion.IsCompletedSuccessfully);
        await using var next = await RunningContainer.StartAsync(With(bmc, presence));
        Assert.Equal(bmc, next.Container.Bmcs[new NodeId("node-01")]);
    }

    [Fact]
    public async Task Who_waits_for_its_end_hears_that_it_broke_down()
    {
        var folder = Directory.CreateTempSubdirectory("holdfast-hil-").FullName;
        var clock = new BreakingClock();
        await using (
            var container = await SimulatedContainer.StartAsync(
                ContainerPlan.Default(),
                folder,
                clock,
                CancellationToken.None
            )
        )
        {
            clock.Break();
            await Assert.ThrowsAsync<InvalidOperationException>(() =>
                container.Completion.WaitAsync(TimeSpan.FromSeconds(30))
            );
        }

        Directory.Delete(folder, recursive: true);
    }

    [Fact]
    public void The_text_of_a_plan_tells_no_password()
    {
        var node = ContainerPlan.Default().Nodes[0];
        Assert.DoesNotContain(node.Bmc!.Password, node.ToString(), StringComparison.Ordinal);
    }

    private static Task<SimulatedContainer> StartWithAsync(IPEndPoint? bmc = null, IPEndPoint? presence = null) =>
        SimulatedContainer.StartAsync(
            With(bmc, presence),
            Path.Combine(Path.GetTempPath(), "holdfast-hil-never-made"),
            TimeProvider.System,
            CancellationToken.None
        );

    private static ContainerPlan With(IPEndPoint? bmc, IPEndPoint? presence)
    {
        var plan = ContainerPlan.Default();
        var node = plan.Nodes[0];
        return plan with
        {
            Nodes =
            [
                node with
                {
                    Bmc = node.Bmc! with { Endpoint = bmc ?? node.Bmc.Endpoint },
                    Presence = presence ?? node.Presence,
                },
                .. plan.Nodes[1..],
            ],
        };
    }

    private sealed class BreakingClock : TimeProvider
    {
        private volatile bool broken;

        public void Break() => broken = true;

        public override long GetTimestamp() =>
            broken ? throw new InvalidOperationException("the clock broke") : base.GetTimestamp();
    }
}
