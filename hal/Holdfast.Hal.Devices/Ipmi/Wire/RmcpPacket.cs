using System.Buffers.Binary;

namespace Holdfast.Hal.Devices.Ipmi.Wire;

/// <summary>
/// The frames of IPMI 2.0 over LAN (§13.6): RMCP header (version 6, no acknowledgement, class IPMI), RMCP+ session header, payload, and
/// in a session padding, next header and integrity check value.
/// </summary>
internal static class RmcpPacket
{
    public const int RmcpLength = 4;
    public const int HeaderLength = 12;
    public const byte Version = 0x06;
    public const byte IpmiClass = 0x07;
    public const byte PlusFormat = 0x06;
    public const byte NextHeader = 0x07;
    public const byte MessagePayload = 0x00;
    public const byte OpenRequest = 0x10;
    public const byte OpenResponse = 0x11;
    public const byte Rakp1 = 0x12;
    public const byte Rakp2 = 0x13;
    public const byte Rakp3 = 0x14;
    public const byte Rakp4 = 0x15;

    /// <summary>A message payload that is encrypted and authenticated: the only kind taken in a session.</summary>
    public const byte SignedMessage = MessagePayload | 0x80 | 0x40;

    public static byte[] Unsigned(byte type, ReadOnlySpan<byte> payload) =>
        [.. Rmcp(IpmiClass), .. Header(type, 0, 0, payload.Length), .. payload];

    public static byte[] Signed(SessionCipher cipher, uint session, uint sequence, ReadOnlySpan<byte> message)
    {
        var payload = cipher.Encrypt(message);
        var header = Header(SignedMessage, session, sequence, payload.Length);
        var padding = (4 - ((header.Length + payload.Length + 2) % 4)) % 4;
        byte[] pad = [.. Enumerable.Repeat((byte)0xFF, padding), (byte)padding, NextHeader];
        byte[] covered = [.. header, .. payload, .. pad];
        return [.. Rmcp(IpmiClass), .. covered, .. cipher.Sign(covered)];
    }

    public static byte[] Rmcp(byte messageClass) => [Version, 0x00, 0xFF, messageClass];

    /// <summary>Reads an RMCP+ frame's session header. False: it is something else, or shorter than it says.</summary>
    public static bool TryRead(ReadOnlySpan<byte> datagram, out Frame frame)
    {
        frame = default;
        if (
            datagram.Length < RmcpLength + HeaderLength
            || datagram[0] != Version
            || datagram[3] != IpmiClass
            || datagram[RmcpLength] != PlusFormat
        )
        {
            return false;
        }

        var body = datagram[RmcpLength..];
        var length = BinaryPrimitives.ReadUInt16LittleEndian(body[10..]);
        if (body.Length < HeaderLength + length)
        {
            return false;
        }

        frame = new Frame(
            body[1],
            BinaryPrimitives.ReadUInt32LittleEndian(body[2..]),
            BinaryPrimitives.ReadUInt32LittleEndian(body[6..]),
            body.Slice(HeaderLength, length),
            body
        );
        return true;
    }

    /// <summary>Checks a frame's integrity and decrypts it; null: it is not what the session's other end sent.</summary>
    public static byte[]? Open(in Frame frame, SessionCipher cipher, CipherSuite suite)
    {
        var check = frame.Body.Length - suite.CheckLength;
        return
            frame.Type == SignedMessage
            && check >= HeaderLength + frame.Payload.Length + 2
            && frame.Body[check - 1] == NextHeader
            && cipher.Verify(frame.Body[..check], frame.Body[check..])
            ? cipher.Decrypt(frame.Payload)
            : null;
    }

    private static byte[] Header(byte type, uint session, uint sequence, int length)
    {
        var header = new byte[HeaderLength];
        header[0] = PlusFormat;
        header[1] = type;
        BinaryPrimitives.WriteUInt32LittleEndian(header.AsSpan(2), session);
        BinaryPrimitives.WriteUInt32LittleEndian(header.AsSpan(6), sequence);
        BinaryPrimitives.WriteUInt16LittleEndian(header.AsSpan(10), (ushort)length);
        return header;
    }

    /// <param name="body">From the session header to the end of the datagram.</param>
    public readonly ref struct Frame(
        byte type,
        uint session,
        uint sequence,
        ReadOnlySpan<byte> payload,
        ReadOnlySpan<byte> body
    )
    {
        public byte Type { get; } = type;

        public uint Session { get; } = session;

        public uint Sequence { get; } = sequence;

        public ReadOnlySpan<byte> Payload { get; } = payload;

        public ReadOnlySpan<byte> Body { get; } = body;
    }
}
