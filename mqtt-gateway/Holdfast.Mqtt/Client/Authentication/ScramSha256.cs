using System.Buffers.Text;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace Holdfast.Mqtt.Client;

/// <summary>
/// SCRAM-SHA-256 (RFC 5802, RFC 7677), the client's side: proves the password without sending it, and that the broker knows it too.
/// One object is one exchange. Terms: nonce, salt, iterations and proof as in RFC 5802 §3. No channel binding.
/// </summary>
public sealed class ScramSha256 : IMqttAuthentication
{
    /// <summary>Fewer make the stored password weak (RFC 7677 §4).</summary>
    public const int IterationsMin = 4096;

    /// <summary>More would only cost us time: a broker must not make us calculate for minutes.</summary>
    public const int IterationsMax = 1_000_000;

    private const string Header = "n,,";
    private const int NonceLength = 24;
    private const int MessageLengthMax = 4096;
    private const int SaltLengthMax = 1024;

    private readonly string firstBare;
    private readonly string nonce;
    private readonly byte[] password;
    private byte[]? serverSignature;
    private bool isProven;

    /// <param name="password">UTF-8; never leaves this object.</param>
    /// <exception cref="ArgumentException">Name or password have characters that SASLprep (RFC 4013) forbids.</exception>
    public ScramSha256(string userName, ReadOnlySpan<byte> password)
        : this(userName, password, Convert.ToBase64String(RandomNumberGenerator.GetBytes(NonceLength))) { }

    internal ScramSha256(string userName, ReadOnlySpan<byte> password, string nonce)
    {
        this.nonce = nonce;
        this.password = Encoding.UTF8.GetBytes(Prepared(Encoding.UTF8.GetString(password)));
        var name = Prepared(userName).Replace("=", "=3D", StringComparison.Ordinal);
        firstBare = $"n={name.Replace(",", "=2C", StringComparison.Ordinal)},r={nonce}";
    }

    public string Method => "SCRAM-SHA-256";

    public ReadOnlyMemory<byte> Begin() => Encoding.UTF8.GetBytes(Header + firstBare);

    /// <summary>Takes the server-first-message (§7), gives the client-final-message; or takes the server-final-message.</summary>
    public AuthenticationStep Answer(ReadOnlyMemory<byte> challenge)
    {
        if (serverSignature is not null)
        {
            // Some brokers send their proof in an AUTH of its own.
            return new AuthenticationStep(default, Finish(challenge));
        }

        if (challenge.Length > MessageLengthMax)
        {
            return Problem("its challenge is too long");
        }

        var first = Encoding.UTF8.GetString(challenge.Span);
        var parts = first.Split(',');
        if (
            parts is not [['r', '=', .. var theirs], ['s', '=', .. var saltText], ['i', '=', .. var count], ..]
            || !int.TryParse(count, NumberStyles.None, CultureInfo.InvariantCulture, out var iterations)
            || !IsBase64(saltText, out var salt)
        )
        {
            return Problem("its challenge is not one of SCRAM");
        }

        if (!theirs.StartsWith(nonce, StringComparison.Ordinal) || theirs.Length == nonce.Length)
        {
            return Problem("its nonce does not continue ours");
        }

        return iterations is < IterationsMin or > IterationsMax
            ? Problem($"it asks for {iterations} iterations; {IterationsMin} to {IterationsMax} are taken")
            : new AuthenticationStep(Prove(first, theirs, salt, iterations));
    }

    public string? Finish(ReadOnlyMemory<byte> data)
    {
        if (isProven)
        {
            return null;
        }

        var last = Encoding.UTF8.GetString(data.Span);
        var good =
            serverSignature is not null
            && last.Split(',')[0] is ['v', '=', .. var text]
            && IsBase64(text, out var theirs)
            && CryptographicOperations.FixedTimeEquals(theirs, serverSignature);
        isProven = good;
        return good ? null : "it does not know the password";
    }

    /// <summary>RFC 5802 §3.</summary>
    private byte[] Prove(string serverFirst, string combinedNonce, byte[] salt, int iterations)
    {
        var salted = Rfc2898DeriveBytes.Pbkdf2(
            password,
            salt,
            iterations,
            HashAlgorithmName.SHA256,
            SHA256.HashSizeInBytes
        );
        var clientKey = HMACSHA256.HashData(salted, "Client Key"u8);
        var withoutProof = $"c={Convert.ToBase64String(Encoding.ASCII.GetBytes(Header))},r={combinedNonce}";
        var message = Encoding.UTF8.GetBytes($"{firstBare},{serverFirst},{withoutProof}");
        var proof = HMACSHA256.HashData(SHA256.HashData(clientKey), message);
        for (var i = 0; i < proof.Length; i++)
        {
            proof[i] ^= clientKey[i];
        }

        serverSignature = HMACSHA256.HashData(HMACSHA256.HashData(salted, "Server Key"u8), message);
        CryptographicOperations.ZeroMemory(salted);
        CryptographicOperations.ZeroMemory(clientKey);
        return Encoding.UTF8.GetBytes($"{withoutProof},p={Convert.ToBase64String(proof)}");
    }

    private static AuthenticationStep Problem(string words) => new(default, words);

    private static bool IsBase64(string text, out byte[] bytes)
    {
        bytes = [];
        if (text.Length is 0 or > SaltLengthMax || !Base64.IsValid(text))
        {
            return false;
        }

        bytes = Convert.FromBase64String(text);
        return true;
    }

    /// <summary>
    /// SASLprep (RFC 4013) as far as it goes without Unicode's tables, which this program does not carry: spaces of all kinds are made one, soft
    /// hyphens left out, control characters refused; beyond ASCII nothing is composed or decomposed, so both sides must write it alike.
    /// </summary>
    private static string Prepared(string text)
    {
        var prepared = string.Concat(
            text.Where(c => c != '\u00AD')
                .Select(c => char.GetUnicodeCategory(c) == UnicodeCategory.SpaceSeparator ? ' ' : c)
        );
        return prepared.Any(char.IsControl)
            ? throw new ArgumentException("a name or password with control characters (RFC 4013 §2.3)")
            : prepared;
    }
}
