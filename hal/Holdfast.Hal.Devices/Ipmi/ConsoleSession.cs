using Holdfast.Hal.Devices.Ipmi.Wire;

namespace Holdfast.Hal.Devices.Ipmi;

/// <summary>An open session seen from the console, without I/O: turns requests into datagrams and datagrams into responses.</summary>
internal sealed class ConsoleSession(CipherSuite suite, SessionCipher cipher, uint consoleId, uint bmcId) : IDisposable
{
    private const byte BmcAddress = 0x20;
    private const byte ConsoleAddress = 0x81;

    // Two addresses, function, sequence, command, completion code, two checksums.
    private const int ResponseLengthMin = 8;

    private uint packetSequence;
    private byte requestSequence;
    private uint newestSequence;

    public uint BmcId => bmcId;

    /// <summary>The next request. Sent again it keeps its request sequence, so that a late answer to the first copy still fits.</summary>
    public void Begin() => requestSequence = (byte)((requestSequence + 1) & 0x3F);

    public byte[] Request(byte function, byte command, ReadOnlySpan<byte> data)
    {
        byte[] head = [BmcAddress, (byte)(function << 2)];
        byte[] tail = [ConsoleAddress, (byte)(requestSequence << 2), command, .. data];
        return RmcpPacket.Signed(cipher, bmcId, ++packetSequence, [.. head, Checksum(head), .. tail, Checksum(tail)]);
    }

    /// <summary>The completion code and data of the response to the present request; null: the datagram is something else.</summary>
    public byte[]? Read(ReadOnlySpan<byte> datagram, byte function, byte command)
    {
        if (!RmcpPacket.TryRead(datagram, out var frame) || frame.Session != consoleId)
        {
            return null;
        }

        var message = RmcpPacket.Open(frame, cipher, suite);
        if (message is null || frame.Sequence <= newestSequence)
        {
            // One question at a time: a packet that is not newer is a copy, perhaps one that somebody kept.
            return null;
        }

        newestSequence = frame.Sequence;
        var fits =
            message.Length >= ResponseLengthMin
            && Checksum(message.AsSpan(0, 2)) == message[2]
            && Checksum(message.AsSpan(3, message.Length - 4)) == message[^1]
            && message[1] >> 2 == (function | 1)
            && message[4] >> 2 == requestSequence
            && message[5] == command;
        return fits ? message[6..^1] : null;
    }

    public void Dispose() => cipher.Dispose();

    private static byte Checksum(ReadOnlySpan<byte> bytes)
    {
        byte sum = 0;
        foreach (var octet in bytes)
        {
            sum += octet;
        }

        return (byte)-sum;
    }
}
