using System.Buffers.Binary;

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
    // RMCP header: version 6, reserved, sequence FFh (no acknowledgement), class.
    private const int RmcpLength = 4;
    private const byte RmcpVersion = 0x06;
    private const byte AsfClass = 0x06;
    private const byte IpmiClass = 0x07;

    // IPMI 1.5 session header without authentication: type, sequence, session, length.
    private const int PlainHeaderLength = 10;
    private const byte PlainFormat = 0x00;

    // RMCP+ session header: type, payload type, session, sequence, length.
    private const int PlusHeaderLength = 12;
    private const byte PlusFormat = 0x06;

    private const byte MessagePayload = 0x00;
    private const byte OpenPayload = 0x10;
    private const byte Rakp1Payload = 0x12;
    private const byte Rakp3Payload = 0x14;
    private const byte Encrypted = 0x80;
    private const byte Authenticated = 0x40;
    private const byte NextHeader = 0x07;

    /// <summary>The datagram to answer with; null: none.</summary>
    public byte[]? Answer(ReadOnlySpan<byte> datagram, MonotonicTime now)
    {
        if (datagram.Length <= RmcpLength + 1 || datagram[0] != RmcpVersion)
        {
            return null;
        }

        var body = datagram[RmcpLength..];
        return (datagram[3], body[0]) switch
        {
            (AsfClass, _) => AsfPing.Answer(body) is { } pong ? [.. Rmcp(AsfClass), .. pong] : null,
            (IpmiClass, PlainFormat) => Plain(body),
            (IpmiClass, PlusFormat) => Plus(body, now),
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
            : [.. Rmcp(IpmiClass), PlainFormat, .. new byte[8], (byte)response.Length, .. response];
    }

    private byte[]? Plus(ReadOnlySpan<byte> body, MonotonicTime now)
    {
        if (body.Length < PlusHeaderLength)
        {
            return null;
        }

        var sessionId = BinaryPrimitives.ReadUInt32LittleEndian(body[2..]);
        var length = BinaryPrimitives.ReadUInt16LittleEndian(body[10..]);
        if (body.Length < PlusHeaderLength + length)
        {
            return null;
        }

        var payload = body.Slice(PlusHeaderLength, length);
        return sessionId == 0 ? OutsideSession(body[1], payload, now) : InSession(body, payload, sessionId, now);
    }

    private byte[]? OutsideSession(byte type, ReadOnlySpan<byte> payload, MonotonicTime now) =>
        type switch
        {
            OpenPayload => Unsigned(OpenPayload + 1, handshake.Open(payload, now)),
            Rakp1Payload => Unsigned(Rakp1Payload + 1, handshake.Rakp1(payload, now)),
            Rakp3Payload => Unsigned(Rakp3Payload + 1, handshake.Rakp3(payload, now)),
            MessagePayload when IpmiMessage.TryRead(payload, out var message) => Unsigned(
                MessagePayload,
                Respond(message, session: null)
            ),
            _ => null,
        };

    private byte[]? InSession(ReadOnlySpan<byte> body, ReadOnlySpan<byte> payload, uint sessionId, MonotonicTime now)
    {
        const byte SignedMessage = MessagePayload | Encrypted | Authenticated;
        if (body[1] != SignedMessage || sessions.Find(sessionId, now) is not { IsActive: true } session)
        {
            return null;
        }

        var check = body.Length - session.Suite.CheckLength;
        if (check < PlusHeaderLength + payload.Length + 2 || body[check - 1] != NextHeader)
        {
            return null;
        }

        var sequence = BinaryPrimitives.ReadUInt32LittleEndian(body[6..]);
        if (!session.Verify(body[..check], body[check..]) || !session.Accept(sequence))
        {
            return null;
        }

        var plain = session.Decrypt(payload);
        if (plain is null || !IpmiMessage.TryRead(plain, out var message))
        {
            return null;
        }

        var answer = Respond(message, session);
        var packet = answer is null ? null : Signed(session, answer);
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
        payload is null ? null : [.. Rmcp(IpmiClass), .. Header(type, 0, 0, payload.Length), .. payload];

    /// <summary>§13.6: header, payload, padding to a multiple of four, its length, next header, integrity check value.</summary>
    private static byte[] Signed(BmcSession session, ReadOnlySpan<byte> message)
    {
        var payload = session.Encrypt(message);
        var header = Header(
            MessagePayload | Encrypted | Authenticated,
            session.ConsoleId,
            session.NextSequence(),
            payload.Length
        );
        var padding = (4 - ((header.Length + payload.Length + 2) % 4)) % 4;
        byte[] pad = [.. Enumerable.Repeat((byte)0xFF, padding), (byte)padding, NextHeader];
        byte[] covered = [.. header, .. payload, .. pad];
        return [.. Rmcp(IpmiClass), .. covered, .. session.Sign(covered)];
    }

    private static byte[] Rmcp(byte messageClass) => [RmcpVersion, 0x00, 0xFF, messageClass];

    private static byte[] Header(byte type, uint session, uint sequence, int length)
    {
        var header = new byte[PlusHeaderLength];
        header[0] = PlusFormat;
        header[1] = type;
        BinaryPrimitives.WriteUInt32LittleEndian(header.AsSpan(2), session);
        BinaryPrimitives.WriteUInt32LittleEndian(header.AsSpan(6), sequence);
        BinaryPrimitives.WriteUInt16LittleEndian(header.AsSpan(10), (ushort)length);
        return header;
    }
}
