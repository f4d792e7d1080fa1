namespace Holdfast.Hil.Devices.Ipmi;

/// <summary>
/// An IPMI request or response as it travels in a session (IPMI 2.0 §13.8): addresses, network function, sequence, command and
/// data, with two checksums.
/// </summary>
/// <param name="function">Network function; even in requests, the next odd number in responses.</param>
internal readonly ref struct IpmiMessage(
    byte function,
    byte requesterAddress,
    byte requesterSequenceAndLun,
    byte command,
    ReadOnlySpan<byte> data
)
{
    /// <summary>The BMC's own address on its bus.</summary>
    public const byte BmcAddress = 0x20;

    // Two addresses, function, sequence, command, two checksums.
    private const int Overhead = 7;

    public byte Function => function;

    public byte Command => command;

    public ReadOnlySpan<byte> Data { get; } = data;

    /// <summary>Reads a request to the BMC. False: it is too short, for somebody else, or a checksum is wrong.</summary>
    public static bool TryRead(ReadOnlySpan<byte> bytes, out IpmiMessage message)
    {
        message = default;
        if (bytes.Length < Overhead || bytes[0] != BmcAddress || Sum(bytes[..3]) != 0 || Sum(bytes[3..]) != 0)
        {
            return false;
        }

        message = new IpmiMessage((byte)(bytes[1] >> 2), bytes[3], bytes[4], bytes[5], bytes[6..^1]);
        return (message.Function & 1) == 0;
    }

    /// <summary>Writes the response to this request; returns its length.</summary>
    /// <param name="answer">The completion code and the data behind it.</param>
    public int WriteResponse(ReadOnlySpan<byte> answer, Span<byte> destination)
    {
        destination[0] = requesterAddress;
        destination[1] = (byte)((function | 1) << 2);
        destination[2] = (byte)-Sum(destination[..2]);
        destination[3] = BmcAddress;
        destination[4] = requesterSequenceAndLun;
        destination[5] = command;
        answer.CopyTo(destination[6..]);
        var end = 6 + answer.Length;
        destination[end] = (byte)-Sum(destination[3..end]);
        return end + 1;
    }

    private static byte Sum(ReadOnlySpan<byte> bytes)
    {
        byte sum = 0;
        foreach (var octet in bytes)
        {
            sum += octet;
        }

        return sum;
    }
}
