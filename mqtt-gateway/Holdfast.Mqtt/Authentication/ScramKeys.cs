using System.Security.Cryptography;

namespace Holdfast.Mqtt.Authentication;

/// <summary>The keys of SCRAM-SHA-256 that come from a password, and what is made with them (RFC 5802 §3, RFC 7677).</summary>
/// <param name="Client">Whoever has it can be the client: secret, to be cleared after use.</param>
/// <param name="Server">Signs the server's proof.</param>
internal readonly record struct ScramKeys(byte[] Client, byte[] Server)
{
    public const string Method = "SCRAM-SHA-256";

    /// <summary>Fewer make a stored password weak (RFC 7677 §4).</summary>
    public const int IterationsMin = 4_096;

    /// <summary>What the server keeps in place of the client's key.</summary>
    public byte[] Stored => SHA256.HashData(Client);

    /// <summary>Takes time in proportion to the iterations: never to be called under a lock.</summary>
    public static ScramKeys Of(ReadOnlySpan<byte> password, ReadOnlySpan<byte> salt, int iterations)
    {
        Span<byte> salted = stackalloc byte[SHA256.HashSizeInBytes];
        Rfc2898DeriveBytes.Pbkdf2(password, salt, salted, iterations, HashAlgorithmName.SHA256);
        var keys = new ScramKeys(
            HMACSHA256.HashData(salted, "Client Key"u8),
            HMACSHA256.HashData(salted, "Server Key"u8)
        );
        CryptographicOperations.ZeroMemory(salted);
        return keys;
    }

    /// <summary>
    /// Makes a proof of the client's key, and the client's key of a proof.
    /// </summary>
    /// <param name="keyOrProof">32 bytes.</param>
    /// <param name="signed">What both sides have said.</param>
    public static byte[] Mask(ReadOnlySpan<byte> keyOrProof, ReadOnlySpan<byte> storedKey, ReadOnlySpan<byte> signed)
    {
        var masked = HMACSHA256.HashData(storedKey, signed);
        for (var i = 0; i < masked.Length; i++)
        {
            masked[i] ^= keyOrProof[i];
        }

        return masked;
    }

    /// <summary>The server's proof.</summary>
    public static byte[] Signature(ReadOnlySpan<byte> serverKey, ReadOnlySpan<byte> signed) =>
        HMACSHA256.HashData(serverKey, signed);

    /// <summary>Without what is secret.</summary>
    public override string ToString() => Method;
}
