using System.Net;
using System.Net.Sockets;
using Holdfast.Hil.Devices;
using Xunit;

namespace Holdfast.Hil.Tests;

public sealed class PresencePortTests
{
    [Fact]
    public async Task A_node_is_seen_only_while_its_system_runs()
    {
        await using var rig = await RunningContainer.StartAsync();
        var node = rig.Container.Plan.Nodes[0].Node;
        var endpoint = rig.Container.Presences[node];
        Assert.False(Connects(endpoint));
        rig.Container.Do(model => model.PowerOn(node));
        await rig.PassAsync(TimeSpan.FromMinutes(2));
        await RunningContainer.UntilAsync(() => Connects(endpoint));
        rig.Container.Do(model => model.PowerOff(node));
        await RunningContainer.UntilAsync(() => !Connects(endpoint));
        rig.Container.Do(model => model.PowerOn(node));
        await rig.PassAsync(TimeSpan.FromMinutes(2));
        await RunningContainer.UntilAsync(() => Connects(endpoint));
    }

    [Fact]
    public void Going_down_resets_who_is_connected()
    {
        using var port = new PresencePort(new NodeId("node-01"), RunningContainer.Loopback(0));
        port.Serve(up: true);
        using var client = Connected(port.Endpoint);
        port.Serve(up: true);
        port.Serve(up: false);
        client.ReceiveTimeout = 10_000;
        var error = Assert.Throws<SocketException>(() => client.Receive(new byte[1]));
        Assert.Equal(SocketError.ConnectionReset, error.SocketErrorCode);
        Assert.False(Connects(port.Endpoint));
    }

    [Fact]
    public void Many_who_stay_do_not_keep_others_out()
    {
        using var port = new PresencePort(new NodeId("node-01"), RunningContainer.Loopback(0));
        port.Serve(up: true);
        List<Socket> crowd = [];
        for (var i = 0; i < 100; i++)
        {
            crowd.Add(Connected(port.Endpoint));
            port.Serve(up: true);
        }

        Assert.True(Connects(port.Endpoint));
        crowd.ForEach(client => client.Dispose());
    }

    private static Socket Connected(IPEndPoint endpoint)
    {
        var client = new Socket(SocketType.Stream, ProtocolType.Tcp);
        client.Connect(endpoint);
        return client;
    }

    private static bool Connects(IPEndPoint endpoint)
    {
        try
        {
            Connected(endpoint).Dispose();
            return true;
        }
        catch (SocketException error) when (error.SocketErrorCode == SocketError.ConnectionRefused)
        {
            return false;
        }
    }
}
