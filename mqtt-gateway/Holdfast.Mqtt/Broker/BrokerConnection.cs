using System.Buffers;
using System.Net;
using System.Net.Sockets;
using Holdfast.Mqtt.Broker.Access;
using Holdfast.Mqtt.Broker.Figures;
using Holdfast.Mqtt.Broker.Listening;
using Holdfast.Mqtt.Packets;
using Holdfast.Mqtt.Transport;

namespace Holdfast.Mqtt.Broker;

/// <summary>One client's connection: its socket on one side, the core under the broker's lock on the other.</summary>
internal sealed class BrokerConnection(
    Socket socket,
    Door door,
    BrokerCore core,
    Lock gate,
    Traffic traffic,
    TimeProvider clock,
    MqttBrokerOptions options
) : IPacketPeer
{
    /// <summary>For a client to take one batch of 16 KiB, at the slowest.</summary>
    private static readonly TimeSpan WriteTimeout = TimeSpan.FromSeconds(10);

    /// <summary>For a client to read our last words before the connection is gone.</summary>
    private static readonly TimeSpan FarewellTimeout = TimeSpan.FromSeconds(1);

    /// <summary>Of what a client still sends while we say farewell.</summary>
    private const int FarewellBytesMax = 1024 * 1024;

    /// <summary>A publisher that is held back is not silent.</summary>
    private static readonly TimeSpan HeldBackMax = TimeSpan.FromSeconds(1);

    private readonly Signal output = new();
    private readonly Signal room = new();
    private readonly IBrokerPolicy policy = door.Policy ?? options.Policy;
    private Throttle? throttle;
    private Link? link;

    MqttVersion? IPacketPeer.Version => link!.Version;

    int IPacketPeer.PacketSizeMax => options.PacketSizeMax;

    /// <summary>Runs to the connection's end and closes the socket.</summary>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        using (socket)
        {
            if (!TryOpen())
            {
                return;
            }

            var stream = await AdmitAsync(cancellationToken).ConfigureAwait(false);
            if (stream is not null)
            {
                var connection = new PacketConnection(stream, this, output, clock, WriteTimeout);
                await connection.RunAsync(cancellationToken).ConfigureAwait(false);
            }

            lock (gate)
            {
                core.Lose(link!, clock.Now);
            }

            await SayFarewellAsync(stream, cancellationToken).ConfigureAwait(false);
        }

        lock (gate)
        {
            core.Forget(link!);
        }
    }

    bool IPacketPeer.Receive(Packet packet)
    {
        Prove(packet);
        lock (gate)
        {
            var now = clock.Now;
            Count(packet, now);
            return core.Receive(link!, packet, now);
        }
    }

    void IPacketPeer.Arrived(long bytes)
    {
        lock (gate)
        {
            traffic.BytesReceived += bytes;
        }
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
                traffic.PacketsSent++;
                if (packet is PublishPacket publish)
                {
                    traffic.PublishesSent++;
                    traffic.PublishBytesSent += publish.Payload.Length;
                }
            }

            traffic.BytesSent += buffer.Length;
            return !link!.IsClosing || link.Control.Count > 0;
        }
    }

    void IPacketPeer.Written() => room.Set();

    async Task IPacketPeer.WaitForRoomAsync(CancellationToken cancellationToken)
    {
        while (HeldBack() is var wait && wait > TimeSpan.Zero)
        {
            await Task.Delay(wait < HeldBackMax ? wait : HeldBackMax, clock, cancellationToken).ConfigureAwait(false);
        }

        while (!HasRoom())
        {
            await room.WaitAsync(cancellationToken).ConfigureAwait(false);
        }
    }

    /// <summary>Looks at the password of a CONNECT, which takes its time and so is not done under the lock.</summary>
    private void Prove(Packet packet)
    {
        if (
            packet is ConnectPacket { UserName: { } user, Password: { } password } connect
            && connect.Properties.AuthenticationMethod is null
            && link is { Client: null, CertifiedName: null }
            && policy is IPasswordCheck check
        )
        {
            link.IsPasswordRight = check.IsRight(user, password.Span);
        }
    }

    private void Count(Packet packet, MonotonicTime now)
    {
        traffic.PacketsReceived++;
        if (packet is PublishPacket publish)
        {
            traffic.PublishesReceived++;
            traffic.PublishBytesReceived += publish.Payload.Length;
            if (link!.Client is { } client)
            {
                throttle ??= new Throttle(policy.QuotaFor(client), now);
                throttle.Take(publish.Topic.Length + publish.Payload.Length, now);
            }
        }
        else if (packet is ConnectPacket)
        {
            traffic.Connects++;
        }
    }

    /// <summary>How long the client published too fast; it still counts as heard.</summary>
    private TimeSpan HeldBack()
    {
        if (throttle is null)
        {
            return TimeSpan.Zero;
        }

        lock (gate)
        {
            var now = clock.Now;
            var wait = link!.IsClosing ? TimeSpan.Zero : throttle.Wait(now);
            link.Heard = wait > TimeSpan.Zero ? now : link.Heard;
            return wait;
        }
    }

    private bool HasRoom()
    {
        lock (gate)
        {
            return link!.HasRoom;
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
                traffic.Sockets++;
                link = core.Open(address, Wake, clock.Now, policy);
                return link is not null;
            }
        }
        catch (SocketException)
        {
            // Gone before we looked.
            return false;
        }
    }

    /// <summary>TLS and WebSocket take their time from that for CONNECT.</summary>
    private async Task<Stream?> AdmitAsync(CancellationToken cancellationToken)
    {
        using var patience = new CancellationTokenSource(options.ConnectTimeout, clock);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(patience.Token, cancellationToken);
        if (await door.AdmitAsync(socket, either.Token).ConfigureAwait(false) is not var (stream, name))
        {
            return null;
        }

        link!.CertifiedName = name;
        return stream;
    }

    private void Wake()
    {
        output.Set();
        room.Set();
    }

    /// <summary>
    /// A socket closed with unread bytes resets the connection, and the client never sees why it was ended: so what it
    /// still sends is read for a moment.
    /// </summary>
    private async Task SayFarewellAsync(Stream? stream, CancellationToken cancellationToken)
    {
        using var patience = new CancellationTokenSource(FarewellTimeout, clock);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(patience.Token, cancellationToken);
        var buffer = ArrayPool<byte>.Shared.Rent(4096);
        try
        {
            if (stream is not null)
            {
                await Door.CloseAsync(stream, either.Token).ConfigureAwait(false);
            }

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
