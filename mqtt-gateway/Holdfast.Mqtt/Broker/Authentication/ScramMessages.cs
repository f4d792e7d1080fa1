using System.Text;

namespace Holdfast.Mqtt.Broker.Authentication;

/// <summary>The client's first message of SCRAM (RFC 5802 §7): <c>n,,n=user,r=nonce</c>.</summary>
/// <param name="Header">The GS2 header, that comes back encoded in the final message.</param>
/// <param name="Bare">The rest, that both sides sign.</param>
internal sealed record ClientFirst(string Header, string Bare, string User, string Nonce)
{
    private const int TextLengthMax = 1_024;

    /// <summary>Null for what is not one, asks for channel binding, for another's rights, or for an extension.</summary>
    public static ClientFirst? Parse(ReadOnlySpan<byte> data)
    {
        if (
            ScramText.From(data, TextLengthMax) is not { } text
            || text.Split(',') is not [var binding, var authority, var name, var nonce, ..]
        )
        {
            return null;
        }

        // "y": the client could bind to the channel but believes that we cannot, which is so (§6).
        if (binding is not ("n" or "y") || authority.Length > 0 || Value(name, "n=") is not { } encoded)
        {
            return null;
        }

        var user = Decode(encoded);
        return user is null || Value(nonce, "r=") is not { Length: > 0 } value
            ? null
            : new ClientFirst($"{binding},,", text[(binding.Length + 2)..], user, value);
    }

    internal static string? Value(string attribute, string name) =>
        attribute.StartsWith(name, StringComparison.Ordinal) ? attribute[name.Length..] : null;

    /// <summary>"," stands as "=2C" and "=" as "=3D"; any other "=" is an error (§5.1).</summary>
    private static string? Decode(string name)
    {
        var plain = name.Replace("=2C", ",", StringComparison.Ordinal).Replace("=3D", "\0", StringComparison.Ordinal);
        return name.Length == 0 || name.Contains('\0') || plain.Contains('=') ? null : plain.Replace('\0', '=');
    }
}

/// <summary>The client's final message: <c>c=biws,r=nonce,p=proof</c>.</summary>
/// <param name="WithoutProof">What both sides sign.</param>
internal sealed record ClientFinal(string Binding, string Nonce, string WithoutProof, byte[] Proof)
{
    private const int TextLengthMax = 2_048;

    public static ClientFinal? Parse(ReadOnlySpan<byte> data)
    {
        if (ScramText.From(data, TextLengthMax) is not { } text)
        {
            return null;
        }

        var proofAt = text.LastIndexOf(",p=", StringComparison.Ordinal);
        if (proofAt < 0 || text[..proofAt].Split(',') is not [var binding, var nonce, ..])
        {
            return null;
        }

        return
            ClientFirst.Value(binding, "c=") is { } header
            && ClientFirst.Value(nonce, "r=") is { } value
            && Bytes(text[(proofAt + 3)..]) is { } proof
            ? new ClientFinal(header, value, text[..proofAt], proof)
            : null;
    }

    private static byte[]? Bytes(string base64)
    {
        var bytes = new byte[base64.Length];
        return Convert.TryFromBase64String(base64, bytes, out var length) ? bytes[..length] : null;
    }
}

/// <summary>Text of a stranger.</summary>
internal static class ScramText
{
    private static readonly UTF8Encoding Strict = new(false, throwOnInvalidBytes: true);

    /// <summary>Null where it is too long or not UTF-8.</summary>
    public static string? From(ReadOnlySpan<byte> data, int lengthMax)
    {
        try
        {
            return data.Length > lengthMax ? null : Strict.GetString(data);
        }
        catch (DecoderFallbackException)
        {
            return null;
        }
    }
}
