using Holdfast.Hal.Devices.Ipmi.Wire;

namespace Holdfast.Hil.Devices.Ipmi;

/// <summary>
/// What a BMC says to a datagram on its UDP port 623: IPMI 2.0 over LAN.
///
/// RMCP carries ASF ping (is anybody there?) and IPMI. Outside of a session only a few questions are answered; a session is
/// opened by the RAKP exchange and then signs and encrypts both directions (RMCP+, cipher suites 3 and 17).
/// What is malformed, unsigned, repeated or of an unknown session gets no answer: guessing must not be helped.
/// </summary>
internal sealed class BmcProtocol(BmcHandshake handshake, BmcSessions sessions, BmcCommands commands)
{
    private const byte AsfClass = 0x06;

    // IPMI 1.5 session header without authentication: type, sequence, session, length.
    private const int PlainHeaderLength = 10;
    private const byte PlainFormat = 0x00;

    /// <summary>The datagram to answer with; null: none.</summary>
    public byte[]? Answer(ReadOnlySpan<byte> datagram, MonotonicTime now)
    {
        if (datagram.Length <= RmcpPacket.RmcpLength + 1 || datagram[0] != RmcpPacket.Version)
        {
            return null;
        }

        var body = datagram[RmcpPacket.RmcpLength..];
        return (datagram[3], body[0]) switch
        {
            (AsfClass, _) => AsfPing.Answer(body) is { } pong ? [.. RmcpPacket.Rmcp(AsfClass), .. pong] : null,
            (RmcpPacket.IpmiClass, PlainFormat) => Plain(body),
            _ when RmcpPacket.TryRead(datagram, out var frame) => frame.Session == 0
                ? OutsideSession(frame.Type, frame.Payload, now)
                : InSession(frame, now),
            _ => null,
        };
    }

    private byte[]? Plain(ReadOnlySpan<byte> body)
    {
        if (body.Length < PlainHeaderLength || body.Length < PlainHeaderLength + body[9])
        {
            return null;
        }

        if (!IpmiMessage.TryRead(body.Slice(PlainHeaderLength, body[9]), out var message))
        {
            return null;
        }

        var response = Respond(message, session: null);
        return response is null
            ? null
            :
            [
                .. RmcpPacket.Rmcp(RmcpPacket.IpmiClass),
                PlainFormat,
                .. new byte[8],
                (byte)response.Length,
                .. response,
            ];
    }

    private byte[]? OutsideSession(byte type, ReadOnlySpan<byte> payload, MonotonicTime now) =>
        type switch
        {
            RmcpPacket.OpenRequest => Unsigned(RmcpPacket.OpenResponse, handshake.Open(payload, now)),
            RmcpPacket.Rakp1 => Unsigned(RmcpPacket.Rakp2, handshake.Rakp1(payload, now)),
            RmcpPacket.Rakp3 => Unsigned(RmcpPacket.Rakp4, handshake.Rakp3(payload, now)),
            RmcpPacket.MessagePayload when IpmiMessage.TryRead(payload, out var message) => Unsigned(
                RmcpPacket.MessagePayload,
                Respond(message, session: null)
            ),
            _ => null,
        };

    private byte[]? InSession(in RmcpPacket.Frame frame, MonotonicTime now)
    {
        if (sessions.Find(frame.Session, now) is not { IsActive: true } session)
        {
            return null;
        }

        var plain = RmcpPacket.Open(frame, session.Cipher, session.Suite);
        if (plain is null || !session.Accept(frame.Sequence) || !IpmiMessage.TryRead(plain, out var message))
        {
            return null;
        }

        var answer = Respond(message, session);
        var packet = answer is null
            ? null
            : RmcpPacket.Signed(session.Cipher, session.ConsoleId, session.NextSequence(), answer);
        if (commands.TakeClosed() is { } closed)
        {
            sessions.TryRemove(closed);
        }

        return packet;
    }

    private byte[]? Respond(in IpmiMessage message, BmcSession? session)
    {
        Span<byte> response = stackalloc byte[BmcCommands.AnswerMax + 16];
        var answer = commands.Answer(message.Function, message.Command, message.Data, session);
        return answer is null ? null : response[..message.WriteResponse(answer, response)].ToArray();
    }

    private static byte[]? Unsigned(byte type, byte[]? payload) =>
        payload is null ? null : RmcpPacket.Unsigned(type, payload);
}
