using System.Buffers;
using System.IO.Pipelines;
using System.Net.Sockets;
using Holdfast.Mqtt.Packets;

namespace Holdfast.Mqtt.Transport;

/// <summary>
/// Moves packets between a stream and a peer until either ends. It decides nothing. An idle connection holds no buffers;
/// a busy one 4 KiB, a batch of 16 KiB to send, and one packet of the size limit at most.
/// </summary>
/// <param name="writeTimeout">For the other side to take one batch; a reader that stalls longer is given up.</param>
internal sealed class PacketConnection(
    Stream stream,
    IPacketPeer peer,
    Signal output,
    TimeProvider clock,
    TimeSpan writeTimeout
)
{
    /// <summary>Enough for one write.</summary>
    public const int BatchSize = 16 * 1024;

    /// <summary>Runs to the end of the connection; returns in words how the network ended it, empty where the peer did.</summary>
    public async Task<string> RunAsync(CancellationToken cancellationToken)
    {
        using var ending = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var reading = EndOfAsync(ReadAsync, ending.Token);
        var writing = EndOfAsync(WriteAsync, ending.Token);
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

    private static async Task<string> EndOfAsync(
        Func<CancellationToken, Task<string>> loop,
        CancellationToken cancellationToken
    )
    {
        try
        {
            return await loop(cancellationToken).ConfigureAwait(false);
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
        var options = new StreamPipeReaderOptions(bufferSize: 4096, leaveOpen: true, useZeroByteReads: true);
        var reader = PipeReader.Create(stream, options);
        try
        {
            while (true)
            {
                var read = await reader.ReadAsync(cancellationToken).ConfigureAwait(false);
                var buffer = read.Buffer;
                var length = buffer.Length;
                var goesOn = TakeAll(ref buffer);
                peer.Arrived(length - buffer.Length);
                reader.AdvanceTo(buffer.Start, buffer.End);
                if (!goesOn)
                {
                    return "";
                }

                // Half a packet and then the end is just the end.
                if (read.IsCompleted)
                {
                    return "the other side closed the connection";
                }

                await peer.WaitForRoomAsync(cancellationToken).ConfigureAwait(false);
            }
        }
        finally
        {
            await reader.CompleteAsync().ConfigureAwait(false);
        }
    }

    private bool TakeAll(ref ReadOnlySequence<byte> buffer)
    {
        while (true)
        {
            var decoded = PacketDecoder.Decode(ref buffer, peer.Version, peer.PacketSizeMax);
            if (decoded.Error is { } error)
            {
                peer.Fail(error);
                return false;
            }

            if (decoded.IsIncomplete)
            {
                return true;
            }

            if (!peer.Receive(decoded.Packet))
            {
                return false;
            }
        }
    }

    private async Task<string> WriteAsync(CancellationToken cancellationToken)
    {
        using var buffer = new PooledBuffer();
        while (true)
        {
            var goesOn = peer.Fill(buffer);
            if (buffer.Length > 0)
            {
                using var patience = new CancellationTokenSource(writeTimeout, clock);
                using var either = CancellationTokenSource.CreateLinkedTokenSource(patience.Token, cancellationToken);
                await stream.WriteAsync(buffer.Written, either.Token).ConfigureAwait(false);
                buffer.Clear();
                peer.Written();
            }
            else if (goesOn)
            {
                await output.WaitAsync(cancellationToken).ConfigureAwait(false);
            }

            if (!goesOn)
            {
                return "";
            }
        }
    }
}
