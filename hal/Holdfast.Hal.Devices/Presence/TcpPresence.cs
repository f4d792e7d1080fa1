using System.Net;
using System.Net.Sockets;

namespace Holdfast.Hal.Devices.Presence;

/// <summary>
/// Sees a node by connecting to a TCP port that its system serves (ssh, the agent). Only an accepted connection counts: a refusal may
/// come from a machine that is still booting, or from a router in between.
/// </summary>
public sealed class TcpPresence(IPEndPoint endpoint, TimeProvider clock) : INodePresence
{
    /// <summary>Across the rack's switch an answer takes milliseconds.</summary>
    private static readonly TimeSpan AnswerWithin = TimeSpan.FromSeconds(2);

    public async Task<Hal.Presence> ObserveAsync(CancellationToken cancellationToken)
    {
        using var limit = new CancellationTokenSource(AnswerWithin, clock);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, cancellationToken);
        try
        {
            using var socket = new Socket(endpoint.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
            await socket.ConnectAsync(endpoint, either.Token).ConfigureAwait(false);
            return Hal.Presence.Present;
        }
        catch (SocketException e)
        {
            // What else can go wrong is on our side: no network, no route, no rights, no descriptors left.
            return
                e.SocketErrorCode
                    is SocketError.ConnectionRefused
                        or SocketError.ConnectionReset
                        or SocketError.HostUnreachable
                        or SocketError.HostDown
                        or SocketError.TimedOut
                ? Hal.Presence.Absent
                : Hal.Presence.Unknown;
        }
        catch (OperationCanceledException)
            when (limit.IsCancellationRequested && !cancellationToken.IsCancellationRequested)
        {
            return Hal.Presence.Absent;
        }
    }
}
