using System.Net.Sockets;

namespace Holdfast.Hal.Devices.WakeOnLan;

/// <summary>
/// Wakes a node by magic packets, again and again until it is seen or the deadline passes: a packet may be lost, and a network card
/// that has just gone to sleep does not listen yet. A packet that cannot be sent ends nothing either: a link or a route may be back before
/// the deadline, or somebody else may wake the node. Only a right that the program lacks is told at once: no waiting brings it.
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
    private const string MissingRight =
        "raw Ethernet needs the capability CAP_NET_RAW; give it to the program, or use a UDP address in the board file";

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
        var (sent, unsent, problem) = (0, 0, "");
        while (true)
        {
            try
            {
                await sender.SendAsync(packet, cancellationToken).ConfigureAwait(false);
                sent++;
            }
            catch (SocketException e) when (e.SocketErrorCode == SocketError.AccessDenied)
            {
                return new WakeOutcome(false, sent, $"no magic packet can be sent: {MissingRight}");
            }
            catch (SocketException e)
            {
                unsent++;
                problem = e.Message;
            }

            if (await seen(cancellationToken).ConfigureAwait(false))
            {
                return new WakeOutcome(true, sent, "");
            }

            var left = until - clock.Now;
            if (left <= TimeSpan.Zero)
            {
                return new WakeOutcome(false, sent, InVain(sent, unsent, problem));
            }

            await Task.Delay(left < pause ? left : pause, clock, cancellationToken).ConfigureAwait(false);
            pause = pause * 2 < PauseMax ? pause * 2 : PauseMax;
        }
    }

    private static string InVain(int sent, int unsent, string problem) =>
        sent == 0 ? $"no magic packet can be sent: {problem}"
        : unsent == 0 ? $"it was not seen after {sent} magic packets"
        : $"it was not seen after {sent} magic packets; {unsent} more could not be sent: {problem}";
}
