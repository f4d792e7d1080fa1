using System.Buffers;
using System.Net.Sockets;
using System.Runtime.InteropServices;
using Holdfast.Mqtt.Packets;

namespace Holdfast.Mqtt.Transport;

/// <summary>
/// Moves packets between a stream and a peer until either ends. It decides nothing. An idle connection holds no buffers;
/// a busy one what it reads at once (64 KiB at most), a batch of 16 KiB to send, and twice a packet of the size limit at most.
/// </summary>
/// <param name="writeTimeout">For the other side to take one batch; a reader that stalls longer is given up.</param>
internal sealed class PacketConnection(
    Stream stream,
    IPacketPeer peer,
    Doorbell output,
    TimeProvider clock,
    TimeSpan writeTimeout
)
{
    /// <summary>Enough for one write.</summary>
    public const int BatchSize = 16 * 1024;

    /// <summary>Packets handed over at once: a peer's lock is not held for long.</summary>
    private const int GroupMax = 32;

    /// <summary>Batches.</summary>
    private const int YieldAfter = 8;

    private readonly List<Packet> received = [];

    /// <summary>Runs to the end of the connection; returns in words how the network ended it, empty where the peer did.</summary>
    public async Task<string> RunAsync(CancellationToken cancellationToken)
    {
        using var ending = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var reading = EndOfAsync(ReadAsync(ending.Token));
        var writing = EndOfAsync(WriteAsync(ending));
        if (await Task.WhenAny(reading, writing).ConfigureAwait(false) == reading)
        {
            var lost = await reading.ConfigureAwait(false);
            if (lost.Length == 0)
            {
                // The peer wants no more; what it has to say is still sent.
                return await writing.ConfigureAwait(false);
            }

            await ending.CancelAsync().ConfigureAwait(false);
            await writing.ConfigureAwait(false);
            return lost;
        }

        var end = await writing.ConfigureAwait(false);
        await ending.CancelAsync().ConfigureAwait(false);
        await reading.ConfigureAwait(false);
        return end;
    }

    private static async Task<string> EndOfAsync(Task<string> loop)
    {
        try
        {
#pragma warning disable VSTHRD003 // Started by the caller for this.
            return await loop.ConfigureAwait(false);
#pragma warning restore VSTHRD003
        }
        catch (OperationCanceledException)
        {
            return "the connection was given up";
        }
        catch (Exception e) when (e is IOException or SocketException or ObjectDisposedException)
        {
            return $"the connection broke: {e.InnerException?.Message ?? e.Message}";
        }
    }

    private async Task<string> ReadAsync(CancellationToken cancellationToken)
    {
        using var input = new InputBuffer();
        while (true)
        {
            if (!input.WasFilled)
            {
                // Of no bytes: it waits until there are some, without room for them.
                await stream.ReadAsync(Memory<byte>.Empty, cancellationToken).ConfigureAwait(false);
            }

            var count = await stream.ReadAsync(input.Room(), cancellationToken).ConfigureAwait(false);
            if (count == 0)
            {
                // Half a packet and then the end is just the end.
                return "the other side closed the connection";
            }

            input.Received(count);
            peer.Arrived(count);
            for (var hasMore = true; hasMore; )
            {
                var held = input.Held;
                if (!TakeGroup(ref held, out hasMore))
                {
                    return "";
                }

                input.Keep(held.Length);
                await peer.WaitForRoomAsync(cancellationToken).ConfigureAwait(false);
            }
        }
    }

    /// <summary>Hands over packets in groups, so that the peer need not take its lock for each. False: nothing more is to be read.</summary>
    /// <param name="hasMore">Whether what is left may hold another packet in full.</param>
    private bool TakeGroup(ref ReadOnlySequence<byte> buffer, out bool hasMore)
    {
        DecodeResult decoded;
        do
        {
            decoded = PacketDecoder.Decode(ref buffer, peer.Version, peer.PacketSizeMax);
            if (decoded.Packet is { } packet)
            {
                received.Add(packet);
            }

            // What follows CONNECT is read in the version that it says.
            hasMore = decoded.Packet is not null and not ConnectPacket;
        } while (hasMore && received.Count < GroupMax);

        hasMore = decoded.Packet is not null;
        if (!HandOver())
        {
            return false;
        }

        if (decoded.Error is { } error)
        {
            peer.Fail(error);
            return false;
        }

        return true;
    }

    private bool HandOver()
    {
        var goesOn = received.Count == 0 || peer.Receive(CollectionsMarshal.AsSpan(received));
        received.Clear();
        return goesOn;
    }

    private async Task<string> WriteAsync(CancellationTokenSource ending)
    {
        using var buffer = new PooledBuffer();
        for (var inARow = 0; ; )
        {
            var goesOn = peer.Fill(buffer);
            if (buffer.Length > 0)
            {
                await WriteAsync(buffer.Written, ending).ConfigureAwait(false);
                buffer.Clear();
                peer.Written();
                if (++inARow % YieldAfter == 0)
                {
                    // The thread may be another connection's that rang for us: it has its own work.
                    await Task.Yield();
                }
            }
            else if (goesOn)
            {
                inARow = 0;
                await output.WaitAsync(ending.Token).ConfigureAwait(false);
            }

            if (!goesOn)
            {
                return "";
            }
        }
    }

    /// <summary>A timer only where the system does not take the bytes at once.</summary>
    private async ValueTask WriteAsync(ReadOnlyMemory<byte> bytes, CancellationTokenSource ending)
    {
        var write = stream.WriteAsync(bytes, ending.Token);
        if (!write.IsCompleted)
        {
            // Disposed only when the timer cannot fire any more.
            await using var patience = clock.CreateTimer(
                static ending => ((CancellationTokenSource)ending!).Cancel(),
                ending,
                writeTimeout,
                Timeout.InfiniteTimeSpan
            );
            await write.ConfigureAwait(false);
            return;
        }

        await write.ConfigureAwait(false);
    }
}
