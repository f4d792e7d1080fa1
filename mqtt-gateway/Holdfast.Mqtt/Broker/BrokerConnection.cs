using System.Buffers;
using System.Net;
using System.Net.Sockets;
using Holdfast.Mqtt.Broker.Figures;
using Holdfast.Mqtt.Broker.Listening;
using Holdfast.Mqtt.Transport;

namespace Holdfast.Mqtt.Broker;

/// <summary>One client's connection: its socket on one side, the core under the broker's lock on the other.</summary>
internal sealed partial class BrokerConnection(
    Socket socket,
    Door door,
    BrokerCore core,
    Lock gate,
    Wakings wakings,
    Traffic traffic,
    TimeProvider clock,
    MqttBrokerOptions options
)
{
    /// <summary>For a client to take one batch of 16 KiB, at the slowest.</summary>
    private static readonly TimeSpan WriteTimeout = TimeSpan.FromSeconds(10);

    /// <summary>For a client to read our last words before the connection is gone.</summary>
    private static readonly TimeSpan FarewellTimeout = TimeSpan.FromSeconds(1);

    /// <summary>Of what a client still sends while we say farewell.</summary>
    private const int FarewellBytesMax = 1024 * 1024;

    private readonly Doorbell output = new();
    private readonly Doorbell room = new();
    private readonly IBrokerPolicy policy = door.Policy ?? options.Policy;
    private Link? link;

    /// <summary>Runs to the connection's end and closes the socket.</summary>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        if (!TryOpen())
        {
            socket.Dispose();
            return;
        }

        try
        {
            using (socket)
            {
                await ServeAsync(cancellationToken).ConfigureAwait(false);
            }
        }
        finally
        {
            // Whatever broke: its place is another's now.
            lock (gate)
            {
                core.Lose(link!, clock.Now);
                core.Forget(link!);
            }
        }
    }

    private async Task ServeAsync(CancellationToken cancellationToken)
    {
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
