namespace Holdfast.Hal.Devices.WakeOnLan;

/// <summary>
/// The magic packet (AMD publication 20213): six bytes FFh, the address sixteen times, and where the network card wants it the SecureOn
/// password of four or six bytes.
/// </summary>
public static class MagicPacket
{
    private const int Repetitions = 16;

    /// <exception cref="ArgumentException">The password has another length than 0, 4 or 6.</exception>
    public static byte[] Build(MacAddress address, ReadOnlySpan<byte> secureOn)
    {
        if (secureOn.Length is not (0 or 4 or 6))
        {
            throw new ArgumentException("a SecureOn password has 4 or 6 bytes");
        }

        var packet = new byte[MacAddress.Length * (1 + Repetitions) + secureOn.Length];
        packet.AsSpan(0, MacAddress.Length).Fill(0xFF);
        for (var i = 1; i <= Repetitions; i++)
        {
            address.CopyTo(packet.AsSpan(i * MacAddress.Length));
        }

        secureOn.CopyTo(packet.AsSpan(packet.Length - secureOn.Length));
        return packet;
    }
}
