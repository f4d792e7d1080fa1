using System.Security.Cryptography;
using Holdfast.Mqtt.Authentication;

namespace Holdfast.Mqtt.Broker.Authentication;

/// <summary>
/// What a server keeps of a password for SCRAM-SHA-256 (RFC 5802 §3, RFC 7677): enough to check a client, not enough to be one.
/// </summary>
/// <param name="Salt">Random, 16 bytes or more.</param>
/// <param name="Iterations">Of PBKDF2; RFC 7677 asks for 4,096 at least.</param>
/// <param name="StoredKey">H(HMAC(SaltedPassword, "Client Key")), 32 bytes.</param>
/// <param name="ServerKey">HMAC(SaltedPassword, "Server Key"), 32 bytes.</param>
public sealed record ScramCredential(
    ReadOnlyMemory<byte> Salt,
    int Iterations,
    ReadOnlyMemory<byte> StoredKey,
    ReadOnlyMemory<byte> ServerKey
)
{
    public const int IterationsMin = ScramKeys.IterationsMin;

    /// <summary>Takes time in proportion to the iterations: never to be called under a lock.</summary>
    public static ScramCredential FromPassword(ReadOnlySpan<byte> password, ReadOnlyMemory<byte> salt, int iterations)
    {
        var keys = ScramKeys.Of(password, salt.Span, iterations);
        var credential = new ScramCredential(salt, iterations, keys.Stored, keys.Server);
        CryptographicOperations.ZeroMemory(keys.Client);
        return credential;
    }

    /// <summary>Without what is secret.</summary>
    public override string ToString() => $"{ScramKeys.Method}, {Iterations} iterations";
}

/// <summary>Where SCRAM finds its users. Asked under the broker's lock: answers at once.</summary>
public interface IScramCredentials
{
    /// <summary>Null for a user who is not known; the client is not told before its proof fails.</summary>
    ScramCredential? Find(string user);
}
