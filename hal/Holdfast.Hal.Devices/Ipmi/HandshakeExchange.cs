using Holdfast.Hal.Devices.Ipmi.Wire;

namespace Holdfast.Hal.Devices.Ipmi;

/// <summary>Carries a <see cref="ConsoleHandshake"/> out: its three questions, one after the other.</summary>
internal static class HandshakeExchange
{
    private const string Silent = "it does not answer";

    /// <summary>The session, or in words what is wrong.</summary>
    /// <exception cref="System.Net.Sockets.SocketException">The BMC cannot be reached.</exception>
    public static async Task<(ConsoleSession? Session, string Problem)> OpenAsync(
        DatagramExchange network,
        ConsoleHandshake handshake,
        CipherSuite suite,
        CancellationToken cancellationToken
    )
    {
        if (await AskAsync(handshake.Open, RmcpPacket.OpenResponse).ConfigureAwait(false) is not { } opened)
        {
            return (null, Silent);
        }

        if (handshake.Opened(opened) is { } refused)
        {
            return (null, refused);
        }

        if (await AskAsync(handshake.Rakp1, RmcpPacket.Rakp2).ConfigureAwait(false) is not { } second)
        {
            return (null, Silent);
        }

        if (handshake.Rakp2(second) is { } unproven)
        {
            return (null, unproven);
        }

        if (await AskAsync(handshake.Rakp3, RmcpPacket.Rakp4).ConfigureAwait(false) is not { } fourth)
        {
            return (null, Silent);
        }

        var problem = handshake.Rakp4(fourth, out var cipher);
        return cipher is null
            ? (null, problem!)
            : (new ConsoleSession(suite, cipher, handshake.ConsoleId, handshake.BmcId), "");

        Task<byte[]?> AskAsync(Func<byte[]> request, byte responseType) =>
            network.AskAsync(request, datagram => Response(datagram, handshake, responseType), cancellationToken);
    }

    private static byte[]? Response(ReadOnlySpan<byte> datagram, ConsoleHandshake handshake, byte type) =>
        RmcpPacket.TryRead(datagram, out var frame)
        && frame.Type == type
        && frame.Session == 0
        && handshake.IsMine(frame.Payload)
            ? frame.Payload.ToArray()
            : null;
}
