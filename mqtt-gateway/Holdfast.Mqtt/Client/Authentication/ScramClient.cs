using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Holdfast.Mqtt.Authentication;

namespace Holdfast.Mqtt.Client;

/// <summary>
/// SCRAM-SHA-256 (RFC 5802, RFC 7677), the client's side: proves the password without sending it, and that the broker knows it too.
/// One object is one exchange. Terms: nonce, salt, iterations and proof as in RFC 5802 §3. No channel binding.
/// </summary>
public sealed class ScramClient : IMqttAuthentication
{
    /// <summary>Fewer make the stored password weak (RFC 7677 §4).</summary>
    public const int IterationsMin = ScramKeys.IterationsMin;

    /// <summary>More would only cost us time: a broker must not make us calculate for minutes.</summary>
    public const int IterationsMax = 1_000_000;

    private const int NonceLength = 24;

    private readonly ClientFirst first;
    private readonly byte[] password;
    private byte[]? serverSignature;
    private bool isProven;

    /// <param name="password">UTF-8; never leaves this object.</param>
    /// <exception cref="ArgumentException">Name or password have characters that SASLprep (RFC 4013) forbids.</exception>
    public ScramClient(string userName, ReadOnlySpan<byte> password)
        : this(userName, password, Convert.ToBase64String(RandomNumberGenerator.GetBytes(NonceLength))) { }

    internal ScramClient(string userName, ReadOnlySpan<byte> password, string nonce)
    {
        this.password = Encoding.UTF8.GetBytes(Prepared(Encoding.UTF8.GetString(password)));
        first = ClientFirst.Of(Prepared(userName), nonce);
    }

    public string Method => ScramKeys.Method;

    public ReadOnlyMemory<byte> Begin() => Encoding.UTF8.GetBytes($"{first}");

    /// <summary>Takes the server-first-message (§7), gives the client-final-message; or takes the server-final-message.</summary>
    public AuthenticationAnswer Answer(ReadOnlyMemory<byte> challenge)
    {
        if (serverSignature is not null)
        {
            // Some brokers send their proof in an AUTH of its own.
            return new AuthenticationAnswer(default, Finish(challenge));
        }

        if (ServerFirst.Parse(challenge.Span) is not { } asked)
        {
            return Problem("its challenge is not one of SCRAM");
        }

        if (!asked.Nonce.StartsWith(first.Nonce, StringComparison.Ordinal) || asked.Nonce.Length == first.Nonce.Length)
        {
            return Problem("its nonce does not continue ours");
        }

        return asked.Iterations is < IterationsMin or > IterationsMax
            ? Problem($"it asks for {asked.Iterations} iterations; {IterationsMin} to {IterationsMax} are taken")
            : new AuthenticationAnswer(Prove(asked));
    }

    public string? Finish(ReadOnlyMemory<byte> data)
    {
        if (isProven)
        {
            return null;
        }

        isProven =
            serverSignature is not null
            && ServerFinal.Parse(data.Span) is { } final
            && CryptographicOperations.FixedTimeEquals(final.Signature, serverSignature);
        return isProven ? null : "it does not know the password";
    }

    /// <summary>RFC 5802 §3.</summary>
    private byte[] Prove(ServerFirst challenge)
    {
        var keys = ScramKeys.Of(password, challenge.Salt, challenge.Iterations);
        var unproven = ClientFinal.Unproven(first.Binding, challenge.Nonce);
        var signed = first.Signed(challenge, unproven);
        var proof = ScramKeys.Mask(keys.Client, keys.Stored, signed);
        serverSignature = ScramKeys.Signature(keys.Server, signed);
        CryptographicOperations.ZeroMemory(keys.Client);
        return Encoding.UTF8.GetBytes($"{new ClientFinal(first.Binding, challenge.Nonce, unproven, proof)}");
    }

    private static AuthenticationAnswer Problem(string words) => new(default, words);

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
