using System.Net;
using System.Net.Sockets;
using Holdfast.Hal.Devices.Presence;
using Holdfast.Testing;
using Xunit;

namespace Holdfast.Hal.Devices.Tests.Presence;

public sealed class TcpPresenceTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    [Fact]
    public async Task A_node_that_takes_the_connection_is_present()
    {
        using var node = Listen(backlog: 8);
        Assert.Equal(Hal.Presence.Present, await ObserveAsync(node.LocalEndPoint!));
    }

    [Fact]
    public async Task A_refusal_is_absent()
    {
        var port = LoopbackPort.Free();
        Assert.Equal(Hal.Presence.Absent, await ObserveAsync(new IPEndPoint(IPAddress.Loopback, port)));
    }

    [Fact]
    public async Task A_node_that_went_down_is_absent_again()
    {
        var node = Listen(backlog: 8);
        var endpoint = node.LocalEndPoint!;
        Assert.Equal(Hal.Presence.Present, await ObserveAsync(endpoint));
        node.Dispose();
        Assert.Equal(Hal.Presence.Absent, await ObserveAsync(endpoint));
    }

    [Fact]
    public async Task Silence_is_absent_after_two_seconds_and_not_before()
    {
        using var node = Listen(backlog: 0);
        // The kernel lets calls beyond a full queue go unanswered, as a node that is off does.
        Socket[] queue = [.. Enumerable.Range(0, 4).Select(_ => Knock(node.LocalEndPoint!))];
        var clock = new ManualTimeProvider();
        var observing = ObserveAsync(node.LocalEndPoint!, clock);
        clock.Advance(TimeSpan.FromSeconds(1.9));
        Assert.False(observing.IsCompleted);
        clock.Advance(TimeSpan.FromSeconds(0.1));
        Assert.Equal(Hal.Presence.Absent, await observing.WaitAsync(Patience));
        Array.ForEach(queue, socket => socket.Dispose());
    }

    [Theory]
    [InlineData("255.255.255.255")]
    [InlineData("224.0.0.1")]
    public async Task What_this_side_cannot_even_call_is_unknown_and_not_absent(string address) =>
        Assert.Equal(Hal.Presence.Unknown, await ObserveAsync(new IPEndPoint(IPAddress.Parse(address), 22)));

    [Fact]
    public async Task Asking_can_be_given_up()
    {
        using var node = Listen(backlog: 0);
        Socket[] queue = [.. Enumerable.Range(0, 4).Select(_ => Knock(node.LocalEndPoint!))];
        using var stop = new CancellationTokenSource();
        var observing = new TcpPresence((IPEndPoint)node.LocalEndPoint!, new ManualTimeProvider()).ObserveAsync(
            stop.Token
        );
        await stop.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => observing.WaitAsync(Patience));
        Array.ForEach(queue, socket => socket.Dispose());
    }

    private static Task<Hal.Presence> ObserveAsync(EndPoint endpoint, TimeProvider? clock = null) =>
        new TcpPresence((IPEndPoint)endpoint, clock ?? TimeProvider.System)
            .ObserveAsync(CancellationToken.None)
            .WaitAsync(Patience);

    private static Socket Listen(int backlog)
    {
        var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        socket.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        socket.Listen(backlog);
        return socket;
    }

    /// <summary>Begins to connect and does not wait for what comes of it.</summary>
    private static Socket Knock(EndPoint endpoint)
    {
        var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { Blocking = false };
        try
        {
            socket.Connect(endpoint);
        }
        catch (SocketException e) when (e.SocketErrorCode is SocketError.WouldBlock or SocketError.InProgress)
        {
            // As it should.
        }

        return socket;
    }
}
