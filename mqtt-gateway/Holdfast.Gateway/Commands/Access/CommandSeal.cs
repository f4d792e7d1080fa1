using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace Holdfast.Gateway.Commands.Access;

/// <summary>
/// A signature under a command, and all that it binds. What is signed is text of ten lines, none with a line break in it, so that no two
/// commands give the same bytes:
/// <code>
/// holdfast-command-1
/// rack
/// target
/// verb
/// SHA-256 of the body, hexadecimal
/// correlation data, hexadecimal
/// key id
/// signed, seconds since 1970
/// until, seconds since 1970
/// nonce
/// </code>
/// Each line, the last too, ends with a line feed.
/// </summary>
/// <param name="SignedAt">When it was signed, by the operator's clock; seconds since 1970.</param>
/// <param name="Until">From then on it counts no more.</param>
/// <param name="Nonce">16 to 64 letters, digits, <c>-</c> or <c>_</c>; never used again.</param>
public sealed record CommandSeal(string KeyId, long SignedAt, long Until, string Nonce, ReadOnlyMemory<byte> Signature)
{
    public const string KeyProperty = "hf-key";
    public const string SignedProperty = "hf-signed";
    public const string UntilProperty = "hf-until";
    public const string NonceProperty = "hf-nonce";
    public const string SignatureProperty = "hf-sig";

    private const int NonceLengthMin = 16;
    private const int NonceLengthMax = 64;
    private const int SignatureTextMax = 128;

    /// <summary>The seconds of the years 1970 to 9999.</summary>
    private const long SecondsMax = 253_402_300_799;

    /// <summary>Signs a command.</summary>
    public static CommandSeal Sign(
        ECDsa key,
        SealedCommand command,
        DateTimeOffset now,
        TimeSpan validFor,
        string? nonce = null
    )
    {
        var at = now.ToUnixTimeSeconds();
        var seal = new CommandSeal(
            OperatorKey.Of(key).Id,
            at,
            at + (long)Math.Ceiling(validFor.TotalSeconds),
            nonce ?? Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(NonceLengthMin)),
            default
        );
        return seal with { Signature = key.SignData(seal.Bytes(command), HashAlgorithmName.SHA256) };
    }

    /// <summary>The seal of a message's user properties.</summary>
    /// <returns>Null and no problem: there is none. Null and words: it is no seal.</returns>
    public static (CommandSeal? Seal, string Problem) Read(IReadOnlyList<KeyValuePair<string, string>> properties)
    {
        string[] names = [KeyProperty, SignedProperty, UntilProperty, NonceProperty, SignatureProperty];
        var found = names.Select(name => properties.Where(p => p.Key == name).Select(p => p.Value).ToArray()).ToArray();
        if (found.All(values => values.Length == 0))
        {
            return (null, "");
        }

        if (found.Any(values => values.Length != 1))
        {
            return (null, $"a signature needs each of {string.Join(", ", names)} once");
        }

        return Read(found[0][0], found[1][0], found[2][0], found[3][0], found[4][0]);
    }

    /// <summary>What is signed.</summary>
    public byte[] Bytes(SealedCommand command)
    {
        string[] lines =
        [
            "holdfast-command-1",
            command.Rack,
            command.Target,
            command.Verb,
            Convert.ToHexStringLower(SHA256.HashData(command.Body.Span)),
            Convert.ToHexStringLower(command.Correlation.Span),
            KeyId,
            SignedAt.ToString(CultureInfo.InvariantCulture),
            Until.ToString(CultureInfo.InvariantCulture),
            Nonce,
        ];
        Invariant.Require(!lines.Any(line => line.Contains('\n')), "no line of what is signed has a line break in it");
        return Encoding.UTF8.GetBytes(string.Concat(lines.Select(line => line + '\n')));
    }

    public IReadOnlyList<KeyValuePair<string, string>> Properties =>
        [
            new(KeyProperty, KeyId),
            new(SignedProperty, SignedAt.ToString(CultureInfo.InvariantCulture)),
            new(UntilProperty, Until.ToString(CultureInfo.InvariantCulture)),
            new(NonceProperty, Nonce),
            new(SignatureProperty, Convert.ToBase64String(Signature.Span)),
        ];

    private static (CommandSeal? Seal, string Problem) Read(
        string keyId,
        string signedAt,
        string until,
        string nonce,
        string signature
    )
    {
        if (keyId.Length != 16 || !keyId.All(char.IsAsciiHexDigitLower))
        {
            return (null, $"{KeyProperty} is no key id of 16 hexadecimal digits");
        }

        if (!TrySeconds(signedAt, out var from) || !TrySeconds(until, out var to))
        {
            return (null, $"{SignedProperty} and {UntilProperty} must be seconds since 1970");
        }

        if (
            nonce.Length is < NonceLengthMin or > NonceLengthMax
            || !nonce.All(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_')
        )
        {
            return (
                null,
                $"{NonceProperty} must have {NonceLengthMin} to {NonceLengthMax} letters, digits, hyphens or underlines"
            );
        }

        var bytes = new byte[SignatureTextMax];
        return signature.Length <= SignatureTextMax && Convert.TryFromBase64String(signature, bytes, out var length)
            ? (new CommandSeal(keyId, from, to, nonce, bytes.AsMemory(0, length)), "")
            : (null, $"{SignatureProperty} is no signature in base64");
    }

    private static bool TrySeconds(string text, out long seconds) =>
        long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out seconds)
        && seconds <= SecondsMax
        && text == seconds.ToString(CultureInfo.InvariantCulture);
}

/// <summary>What a signature is put under.</summary>
/// <param name="Body">The payload, byte for byte; of an envelope the text of its body.</param>
public sealed record SealedCommand(
    string Rack,
    string Target,
    string Verb,
    ReadOnlyMemory<byte> Body,
    ReadOnlyMemory<byte> Correlation
);
