using System.Security.Cryptography;

namespace Holdfast.Hal.Devices.Ipmi.Wire;

/// <summary>The keys of an RMCP+ session, and what both ends do with them: sign, verify, encrypt, decrypt.</summary>
internal sealed class SessionCipher : IDisposable
{
    private const int BlockLength = 16;

    private readonly CipherSuite suite;
    private readonly byte[] integrityKey;
    private readonly Aes aes;

    /// <summary>Derives K1 and K2 from the session integrity key (IPMI 2.0 §13.32).</summary>
    public SessionCipher(CipherSuite suite, byte[] sessionIntegrityKey)
    {
        this.suite = suite;
        integrityKey = suite.Hash(sessionIntegrityKey, Constant(1));
        aes = Aes.Create();
        aes.Key = suite.Hash(sessionIntegrityKey, Constant(2))[..BlockLength];
    }

    /// <summary>The integrity check value over a packet from its authentication type to its next header (§13.28.4).</summary>
    public byte[] Sign(ReadOnlySpan<byte> packet) => suite.Hash(integrityKey, packet.ToArray())[..suite.CheckLength];

    public bool Verify(ReadOnlySpan<byte> packet, ReadOnlySpan<byte> check) =>
        CryptographicOperations.FixedTimeEquals(Sign(packet), check);

    /// <summary>Encrypts a payload (§13.29): the vector in front, then the payload padded with 1, 2, 3, … and their number.</summary>
    public byte[] Encrypt(ReadOnlySpan<byte> payload)
    {
        var padding = (BlockLength - ((payload.Length + 1) % BlockLength)) % BlockLength;
        var plain = new byte[payload.Length + padding + 1];
        payload.CopyTo(plain);
        for (var i = 0; i < padding; i++)
        {
            plain[payload.Length + i] = (byte)(i + 1);
        }

        plain[^1] = (byte)padding;
        var vector = RandomNumberGenerator.GetBytes(BlockLength);
        return [.. vector, .. aes.EncryptCbc(plain, vector, PaddingMode.None)];
    }

    /// <summary>Decrypts a payload; null: it is not one.</summary>
    public byte[]? Decrypt(ReadOnlySpan<byte> payload)
    {
        if (payload.Length < 2 * BlockLength || payload.Length % BlockLength != 0)
        {
            return null;
        }

        var plain = aes.DecryptCbc(payload[BlockLength..], payload[..BlockLength], PaddingMode.None);
        var end = plain.Length - 1 - plain[^1];
        return end >= 0 && plain[^1] < BlockLength ? plain[..end] : null;
    }

    public void Dispose() => aes.Dispose();

    private static byte[] Constant(byte value) => [.. Enumerable.Repeat(value, 20)];
}
