using System.Net.Sockets;

namespace Holdfast.Hal.Devices.WakeOnLan;

/// <summary>
/// Wakes a node by magic packets, again and again until it is seen or the deadline passes: a packet may be lost, and a network card
/// that has just gone to sleep does not listen yet.
/// </summary>
/// <param name="sender">The way onto the network.</param>
/// <param name="secureOn">The card's SecureOn password, 4 or 6 bytes; empty: none.</param>
public sealed class MagicPacketWake(
    IMagicPacketSender sender,
    MacAddress address,
    ReadOnlyMemory<byte> secureOn,
    TimeProvider clock
) : INodeWake
{
    private static readonly TimeSpan PauseMin = TimeSpan.FromMilliseconds(500);
    private static readonly TimeSpan PauseMax = TimeSpan.FromSeconds(8);

    private readonly byte[] packet = MagicPacket.Build(address, secureOn.Span);

    public async Task<WakeOutcome> WakeAsync(
        Func<CancellationToken, Task<bool>> seen,
        TimeSpan deadline,
        CancellationToken cancellationToken
    )
    {
        var until = clock.Now + deadline;
        var pause = PauseMin;
        for (var attempts = 1; ; attempts++)
        {
            try
            {
                await sender.SendAsync(packet, cancellationToken).ConfigureAwait(false);
            }
            catch (SocketException e)
            {
                return new WakeOutcome(false, attempts, $"no magic packet can be sent: {Reason(e)}");
            }

            if (await seen(cancellationToken).ConfigureAwait(false))
            {
                return new WakeOutcome(true, attempts, "");
            }

            var left = until - clock.Now;
            if (left <= TimeSpan.Zero)
            {
                return new WakeOutcome(false, attempts, $"it was not seen after {attempts} magic packets");
            }

            await Task.Delay(left < pause ? left : pause, clock, cancellationToken).ConfigureAwait(false);
            pause = pause * 2 < PauseMax ? pause * 2 : PauseMax;
        }
    }

    private static string Reason(SocketException e) =>
        e.SocketErrorCode == SocketError.AccessDenied
            ? "raw Ethernet needs the capability CAP_NET_RAW; give it to the program, or use a UDP address in the board file"
            : e.Message;
}
