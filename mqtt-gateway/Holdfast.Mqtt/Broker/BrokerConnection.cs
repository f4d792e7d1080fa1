using System.Buffers;
using System.Net;
using System.Net.Sockets;
using Holdfast.Mqtt.Packets;
using Holdfast.Mqtt.Transport;

namespace Holdfast.Mqtt.Broker;

/// <summary>One client's connection: its socket on one side, the core under the broker's lock on the other.</summary>
internal sealed class BrokerConnection(
    Socket socket,
    BrokerCore core,
    Lock gate,
    Wakings wakings,
    TimeProvider clock
) : IPacketPeer
{
    /// <summary>For a client to take one batch of 16 KiB, at the slowest.</summary>
    private static readonly TimeSpan WriteTimeout = TimeSpan.FromSeconds(10);

    /// <summary>For a client to read our last words before the connection is gone.</summary>
    private static readonly TimeSpan FarewellTimeout = TimeSpan.FromSeconds(1);

    /// <summary>Of what a client still sends while we say farewell.</summary>
    private const int FarewellBytesMax = 1024 * 1024;

    private readonly Doorbell output = new();
    private readonly Doorbell room = new();
    private readonly List<Doorbell> woken = [];
    private Link? link;

    MqttVersion? IPacketPeer.Version => link!.Version;

    int IPacketPeer.PacketSizeMax => core.PacketSizeMax(link!);

    /// <summary>Runs to the connection's end and closes the socket.</summary>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        using (socket)
        {
            if (!TryOpen())
            {
                return;
            }

            var stream = new NetworkStream(socket, ownsSocket: false);
            await using (stream.ConfigureAwait(false))
            {
                var connection = new PacketConnection(stream, this, output, clock, WriteTimeout);
                await connection.RunAsync(cancellationToken).ConfigureAwait(false);
                lock (gate)
                {
                    core.Lose(link!, clock.Now);
                }

                await SayFarewellAsync(cancellationToken).ConfigureAwait(false);
            }
        }

        lock (gate)
        {
            core.Forget(link!);
        }
    }

    bool IPacketPeer.Receive(Packet packet) => ((IPacketPeer)this).Receive([packet]);

    /// <summary>Whoever gets something by these packets is sent it by this thread: that costs less than waking another.</summary>
    bool IPacketPeer.Receive(ReadOnlySpan<Packet> packets)
    {
        var goesOn = true;
        lock (gate)
        {
            wakings.Collect();
            var now = clock.Now;
            for (var i = 0; goesOn && i < packets.Length; i++)
            {
                goesOn = core.Receive(link!, packets[i], now);
            }

            wakings.MoveTo(woken);
        }

        foreach (var bell in woken)
        {
            bell.RingHere();
        }

        woken.Clear();
        return goesOn;
    }

    void IPacketPeer.Fail(DecodeError error)
    {
        lock (gate)
        {
            core.Fail(link!, error, clock.Now);
        }
    }

    bool IPacketPeer.Fill(PooledBuffer buffer)
    {
        lock (gate)
        {
            var now = clock.Now;
            while (buffer.Length < PacketConnection.BatchSize && BrokerCore.TryTake(link!, now, out var packet))
            {
                PacketEncoder.Write(buffer, packet, link!.Version ?? MqttVersion.V5);
            }

            return !link!.IsClosing || link.Control.Count > 0;
        }
    }

    void IPacketPeer.Written() => room.Ring();

    Task IPacketPeer.WaitForRoomAsync(CancellationToken cancellationToken) =>
        HasRoom(out var wait) ? Task.CompletedTask : RoomAsync(wait, cancellationToken);

    private async Task RoomAsync(TimeSpan? wait, CancellationToken cancellationToken)
    {
        do
        {
            await using var alarm = wait is { } span
                ? clock.CreateTimer(_ => room.Ring(), null, span, Timeout.InfiniteTimeSpan)
                : null;
            await room.WaitAsync(cancellationToken).ConfigureAwait(false);
        } while (!HasRoom(out wait));
    }

    private bool HasRoom(out TimeSpan? wait)
    {
        lock (gate)
        {
            var now = clock.Now;
            var hasRoom = link!.HasRoom(now, out var until);
            wait = until - now;
            return hasRoom;
        }
    }

    private bool TryOpen()
    {
        try
        {
            socket.NoDelay = true;
            var address = ((IPEndPoint)socket.RemoteEndPoint!).Address;
            lock (gate)
            {
                link = core.Open(address, () => wakings.Wake(output), clock.Now);
                if (link is null)
                {
                    return false;
                }

                link.Resume = room.Ring;
                return true;
            }
        }
        catch (SocketException)
        {
            // Gone before we looked.
            return false;
        }
    }

    /// <summary>
    /// A socket closed with unread bytes resets the connection, and the client never sees why it was ended: so what it
    /// still sends is read for a moment.
    /// </summary>
    private async Task SayFarewellAsync(CancellationToken cancellationToken)
    {
        using var patience = new CancellationTokenSource(FarewellTimeout, clock);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(patience.Token, cancellationToken);
        var buffer = ArrayPool<byte>.Shared.Rent(4096);
        try
        {
            socket.Shutdown(SocketShutdown.Send);
            for (var left = FarewellBytesMax; left > 0; )
            {
                var count = await socket.ReceiveAsync(buffer, either.Token).ConfigureAwait(false);
                left = count == 0 ? 0 : left - count;
            }
        }
        catch (Exception e) when (e is SocketException or OperationCanceledException)
        {
            // It does not matter any more how the other side goes.
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }
}
