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

    /// <summary>Reads or writes that the system did at once.</summary>
    private const int YieldAfter = 8;

    private readonly List<Packet> received = [];
    private string? end;

    /// <summary>Runs to the end of the connection; returns in words how the network ended it, empty where the peer did.</summary>
    public async Task<string> RunAsync(CancellationToken cancellationToken)
    {
        using var ending = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var writing = WriteAsync(ending);
        try
        {
            if (await ReadAsync(ending.Token).ConfigureAwait(false))
            {
                End(ending, "the other side closed the connection");
            }
        }
        catch (Exception e) when (IsEnd(e))
        {
            End(ending, Words(e));
        }

        // Where the peer wants no more, what it has to say is still sent.
        await writing.ConfigureAwait(false);
        return end ?? "";
    }

    private static bool IsEnd(Exception e) =>
        e is IOException or SocketException or ObjectDisposedException or OperationCanceledException;

    private static string Words(Exception e) =>
        e is OperationCanceledException
            ? "the connection was given up"
            : $"the connection broke: {e.InnerException?.Message ?? e.Message}";

    /// <summary>Ends both directions; the first to know says why.</summary>
    private void End(CancellationTokenSource ending, string words)
    {
        Interlocked.CompareExchange(ref end, words, null);
        ending.Cancel();
    }

    /// <returns>Whether the other side closed; if not, the peer wants no more.</returns>
    private async Task<bool> ReadAsync(CancellationToken cancellationToken)
    {
        using var input = new InputBuffer();
        for (var inARow = 0; ; inARow++)
        {
            if (inARow == YieldAfter)
            {
                // Who sends without end shall not keep the thread from those who send now and then.
                inARow = 0;
                await Task.Yield();
            }

            if (!input.WasFilled)
            {
                // Of no bytes: it waits until there are some, without room for them.
                var something = stream.ReadAsync(Memory<byte>.Empty, cancellationToken);
                inARow = something.IsCompleted ? inARow : 0;
                await something.ConfigureAwait(false);
            }

            var count = await stream.ReadAsync(input.Room(), cancellationToken).ConfigureAwait(false);
            if (count == 0)
            {
                // Half a packet and then the end is just the end.
                return true;
            }

            input.Received(count);
            peer.Arrived(count);
            if (peer.Version is null)
            {
                // CONNECT may take its time, for a password: not that of the thread that tells what has come.
                await Task.Yield();
            }

            for (var hasMore = true; hasMore; )
            {
                var held = input.Held;
                if (!TakeGroup(ref held, out hasMore))
                {
                    return false;
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

            // What follows CONNECT is read in the version that it says; and a SUBSCRIBE may be work enough for one turn.
            hasMore = decoded.Packet is PublishPacket or AckPacket;
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

    private async Task WriteAsync(CancellationTokenSource ending)
    {
        using var buffer = new PooledBuffer();
        try
        {
            var inARow = 0;
            for (var goesOn = true; goesOn; )
            {
                goesOn = peer.Fill(buffer);
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
            }

            End(ending, "");
        }
        catch (Exception e) when (IsEnd(e))
        {
            End(ending, Words(e));
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
