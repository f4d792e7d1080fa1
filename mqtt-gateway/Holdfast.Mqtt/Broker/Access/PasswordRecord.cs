using System.Security.Cryptography;
using System.Text;
using Holdfast.Mqtt.Broker.Authentication;

namespace Holdfast.Mqtt.Broker.Access;

/// <summary>
/// What a password file keeps of a password. Two forms, in fields divided by "$": <c>$scram-sha-256$iterations$salt$stored-key$server-key</c>, which
/// serves both SCRAM and a password in CONNECT; and mosquitto_passwd's <c>$7$iterations$salt$hash</c> (PBKDF2 with SHA-512), for its users.
/// </summary>
internal sealed class PasswordRecord
{
    /// <summary>Some 10 ms of a small board: RFC 7677 asks for 4,096 at least.</summary>
    public const int IterationsDefault = 20_000;

    /// <summary>More would let a file stop the broker.</summary>
    private const int IterationsMax = 10_000_000;

    private const int SaltLength = 16;

    private readonly byte[] salt;
    private readonly byte[] hash;
    private readonly int iterations;

    private PasswordRecord(byte[] salt, int iterations, byte[] hash, ScramCredential? scram)
    {
        (this.salt, this.iterations, this.hash, Scram) = (salt, iterations, hash, scram);
    }

    /// <summary>Null for mosquitto's form.</summary>
    public ScramCredential? Scram { get; }

    public static PasswordRecord Of(ReadOnlySpan<byte> password) =>
        From(ScramCredential.FromPassword(password, RandomNumberGenerator.GetBytes(SaltLength), IterationsDefault));

    /// <summary>One that no password opens, and that costs as much as others.</summary>
    public static PasswordRecord Dummy(PasswordRecord? like)
    {
        var salt = RandomNumberGenerator.GetBytes(SaltLength);
        var iterations = like?.iterations ?? IterationsDefault;
        return like is { Scram: null }
            ? new PasswordRecord(salt, iterations, RandomNumberGenerator.GetBytes(like.hash.Length), null)
            : From(ScramCredential.FromPassword(RandomNumberGenerator.GetBytes(32), salt, iterations));
    }

    /// <summary>Null where it is none of the forms.</summary>
    public static PasswordRecord? Parse(string text) =>
        text.Split('$') switch
        {
            ["", "scram-sha-256", var n, var salt, var stored, var server] => IterationsOf(n) is var iterations
            && iterations >= ScramCredential.IterationsMin
            && Bytes(salt) is { Length: > 0 } s
            && Bytes(stored) is { Length: SHA256.HashSizeInBytes } k
            && Bytes(server) is { Length: SHA256.HashSizeInBytes } v
                ? From(new ScramCredential(s, iterations, k, v))
                : null,
            ["", "7", var n, var salt, var hash] => IterationsOf(n) is var iterations
            && iterations > 0
            && Bytes(salt) is { Length: > 0 } s
            && Bytes(hash) is { Length: SHA512.HashSizeInBytes } h
                ? new PasswordRecord(s, iterations, h, null)
                : null,
            _ => null,
        };

    /// <summary>Takes time in proportion to the iterations, right or wrong.</summary>
    public bool Fits(ReadOnlySpan<byte> password)
    {
        if (Scram is not null)
        {
            var made = ScramCredential.FromPassword(password, salt, iterations);
            return CryptographicOperations.FixedTimeEquals(made.StoredKey.Span, hash);
        }

        Span<byte> key = stackalloc byte[SHA512.HashSizeInBytes];
        Rfc2898DeriveBytes.Pbkdf2(password, salt, key, iterations, HashAlgorithmName.SHA512);
        return CryptographicOperations.FixedTimeEquals(key, hash);
    }

    /// <summary>As it stands in a file.</summary>
    public string ToLine() =>
        Scram is { } scram
            ? $"$scram-sha-256${iterations}${Text(salt)}${Text(hash)}${Text(scram.ServerKey.Span)}"
            : $"$7${iterations}${Text(salt)}${Text(hash)}";

    /// <summary>Without what is secret.</summary>
    public override string ToString() => Scram is null ? "PBKDF2-SHA-512" : "SCRAM-SHA-256";

    private static PasswordRecord From(ScramCredential scram) =>
        new(scram.Salt.ToArray(), scram.Iterations, scram.StoredKey.ToArray(), scram);

    private static int IterationsOf(string text) =>
        int.TryParse(text, System.Globalization.NumberStyles.None, null, out var n) && n <= IterationsMax ? n : 0;

    private static byte[]? Bytes(string text)
    {
        var bytes = new byte[Encoding.UTF8.GetMaxByteCount(text.Length)];
        return Convert.TryFromBase64String(text, bytes, out var length) ? bytes[..length] : null;
    }

    private static string Text(ReadOnlySpan<byte> bytes) => Convert.ToBase64String(bytes);
}
