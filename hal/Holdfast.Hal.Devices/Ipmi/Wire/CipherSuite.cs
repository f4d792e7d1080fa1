using System.Security.Cryptography;

namespace Holdfast.Hal.Devices.Ipmi.Wire;

/// <summary>
/// A cipher suite (IPMI 2.0 §22.15.2): which HMAC authenticates the parties and every packet. The confidentiality algorithm of both
/// suites here is AES-CBC-128. Suites without authentication (0) are not known, and so refused.
/// </summary>
internal sealed class CipherSuite
{
    /// <summary>RAKP-HMAC-SHA1, HMAC-SHA1-96, AES-CBC-128.</summary>
    public static readonly CipherSuite Three = new(3, 0x01, 0x01, 20, 12, HMACSHA1.HashData);

    /// <summary>RAKP-HMAC-SHA256, HMAC-SHA256-128, AES-CBC-128.</summary>
    public static readonly CipherSuite Seventeen = new(17, 0x03, 0x04, 32, 16, HMACSHA256.HashData);

    public const byte AesCbc128 = 0x01;

    private readonly Func<byte[], byte[], byte[]> hmac;

    private CipherSuite(
        byte id,
        byte authentication,
        byte integrity,
        int hashLength,
        int checkLength,
        Func<byte[], byte[], byte[]> hmac
    )
    {
        (Id, Authentication, Integrity) = (id, authentication, integrity);
        (HashLength, CheckLength) = (hashLength, checkLength);
        this.hmac = hmac;
    }

    public byte Id { get; }

    public byte Authentication { get; }

    public byte Integrity { get; }

    /// <summary>Length of a key exchange authentication code in bytes.</summary>
    public int HashLength { get; }

    /// <summary>Length of an integrity check value in bytes: a hash cut short.</summary>
    public int CheckLength { get; }

    public static CipherSuite? Find(byte authentication, byte integrity, byte confidentiality) =>
        confidentiality != AesCbc128 ? null
        : authentication == Three.Authentication && integrity == Three.Integrity ? Three
        : authentication == Seventeen.Authentication && integrity == Seventeen.Integrity ? Seventeen
        : null;

    public byte[] Hash(byte[] key, params ReadOnlySpan<byte[]> parts)
    {
        byte[] message = [];
        foreach (var part in parts)
        {
            message = [.. message, .. part];
        }

        return hmac(key, message);
    }
}
