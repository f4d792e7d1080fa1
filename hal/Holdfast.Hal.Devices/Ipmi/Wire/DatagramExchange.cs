using System.Net;
using System.Net.Sockets;

namespace Holdfast.Hal.Devices.Ipmi.Wire;

/// <summary>Questions and answers with one BMC on UDP: each question is repeated a few times, datagrams that do not answer it are passed over.</summary>
internal sealed class DatagramExchange(IPEndPoint endpoint, TimeProvider clock) : IDisposable
{
    /// <summary>A BMC answers within milliseconds, a busy one within a second.</summary>
    private static readonly TimeSpan AnswerWithin = TimeSpan.FromSeconds(1);

    private const int Tries = 3;
    private const int DatagramMax = 1024;

    private readonly Socket socket = new(endpoint.AddressFamily, SocketType.Dgram, ProtocolType.Udp);

    /// <summary>The answer in a datagram; null: it is something else.</summary>
    public delegate byte[]? Reader(ReadOnlySpan<byte> datagram);

    /// <summary>From now on only the BMC is heard.</summary>
    /// <exception cref="SocketException">There is no way to it.</exception>
    public ValueTask ConnectAsync(CancellationToken cancellationToken) =>
        socket.ConnectAsync(endpoint, cancellationToken);

    /// <summary>The answer; null: there was none.</summary>
    /// <param name="request">The datagram, made anew for each try.</param>
    /// <exception cref="SocketException">Its port is closed, or there is no way to it.</exception>
    public async Task<byte[]?> AskAsync(Func<byte[]> request, Reader read, CancellationToken cancellationToken)
    {
        var buffer = new byte[DatagramMax];
        for (var attempt = 0; attempt < Tries; attempt++)
        {
            using var limit = new CancellationTokenSource(AnswerWithin, clock);
            using var either = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, cancellationToken);
            try
            {
                await socket.SendAsync(request(), cancellationToken).ConfigureAwait(false);
                while (true)
                {
                    var length = await socket.ReceiveAsync(buffer, either.Token).ConfigureAwait(false);
                    if (read(buffer.AsSpan(0, length)) is { } response)
                    {
                        return response;
                    }
                }
            }
            catch (OperationCanceledException)
                when (limit.IsCancellationRequested && !cancellationToken.IsCancellationRequested)
            {
                // Asked again, or given up.
            }
        }

        return null;
    }

    /// <summary>Sends what needs no answer; nothing is said if it does not arrive.</summary>
    public void Tell(byte[] datagram)
    {
        try
        {
            socket.Send(datagram);
        }
        catch (SocketException)
        {
            // Whoever is gone needs not be told.
        }
    }

    public void Dispose() => socket.Dispose();
}
