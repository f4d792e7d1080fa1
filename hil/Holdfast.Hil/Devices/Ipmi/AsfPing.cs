namespace Holdfast.Hil.Devices.Ipmi;

/// <summary>Presence ping and pong of the Alert Standard Format (DMTF ASF 2.0 §3.2.4.2 and §3.2.4.3): is anybody there?</summary>
internal static class AsfPing
{
    private const int HeaderLength = 8;
    private const byte Ping = 0x80;
    private const byte Pong = 0x40;

    // Supported entities: IPMI (bit 7), ASF 1.0.
    private const byte IpmiSupported = 0x81;

    /// <summary>The pong to a ping; null: it is not one.</summary>
    public static byte[]? Answer(ReadOnlySpan<byte> message)
    {
        ReadOnlySpan<byte> enterprise = [0x00, 0x00, 0x11, 0xBE];
        if (message.Length < HeaderLength || !message[..4].SequenceEqual(enterprise) || message[4] != Ping)
        {
            return null;
        }

        var tag = message[5];
        byte[] data = [.. enterprise, .. new byte[4], IpmiSupported, .. new byte[7]];
        return [.. enterprise, Pong, tag, 0x00, (byte)data.Length, .. data];
    }
}
