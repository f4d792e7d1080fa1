using System.Globalization;
using System.Text;

namespace Holdfast.Mqtt.Authentication;

/// <summary>The client's first message of SCRAM (RFC 5802 §7): <c>n,,n=user,r=nonce</c>.</summary>
/// <param name="Header">The GS2 header, that comes back encoded in the final message.</param>
/// <param name="Bare">The rest, that both sides sign.</param>
internal sealed record ClientFirst(string Header, string Bare, string User, string Nonce)
{
    private const int TextLengthMax = 1_024;

    /// <summary>How the final message repeats the header.</summary>
    public string Binding => Convert.ToBase64String(Encoding.UTF8.GetBytes(Header));

    /// <summary>Without channel binding.</summary>
    public static ClientFirst Of(string user, string nonce) =>
        new("n,,", $"n={ScramText.EncodeName(user)},r={nonce}", user, nonce);

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
        if (binding is not ("n" or "y") || authority.Length > 0 || ScramText.Value(name, "n=") is not { } encoded)
        {
            return null;
        }

        var user = ScramText.DecodeName(encoded);
        return user is null || ScramText.Value(nonce, "r=") is not { Length: > 0 } value
            ? null
            : new ClientFirst($"{binding},,", text[(binding.Length + 2)..], user, value);
    }

    /// <summary>What both sides sign (§3).</summary>
    public byte[] Signed(ServerFirst challenge, string withoutProof) =>
        Encoding.UTF8.GetBytes($"{Bare},{challenge.Text},{withoutProof}");

    public override string ToString() => Header + Bare;
}

/// <summary>The server's first message: <c>r=nonce,s=salt,i=iterations</c>.</summary>
/// <param name="Nonce">The client's, with the server's behind it.</param>
/// <param name="Text">As it was said, which both sides sign.</param>
internal sealed record ServerFirst(string Nonce, byte[] Salt, int Iterations, string Text)
{
    private const int TextLengthMax = 4_096;

    public static ServerFirst Of(string nonce, byte[] salt, int iterations) =>
        new(nonce, salt, iterations, $"r={nonce},s={Convert.ToBase64String(salt)},i={iterations}");

    /// <summary>Null for what is not one, or too long.</summary>
    public static ServerFirst? Parse(ReadOnlySpan<byte> data) =>
        ScramText.From(data, TextLengthMax) is { } text
        && text.Split(',') is [['r', '=', .. var nonce], ['s', '=', .. var salt], ['i', '=', .. var count], ..]
        && int.TryParse(count, NumberStyles.None, CultureInfo.InvariantCulture, out var iterations)
        && ScramText.Bytes(salt) is { } bytes
            ? new ServerFirst(nonce, bytes, iterations, text)
            : null;
}

/// <summary>The client's final message: <c>c=biws,r=nonce,p=proof</c>.</summary>
/// <param name="WithoutProof">What both sides sign.</param>
internal sealed record ClientFinal(string Binding, string Nonce, string WithoutProof, byte[] Proof)
{
    private const int TextLengthMax = 2_048;

    /// <summary>What it begins with, before there is a proof.</summary>
    public static string Unproven(string binding, string nonce) => $"c={binding},r={nonce}";

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
            ScramText.Value(binding, "c=") is { } header
            && ScramText.Value(nonce, "r=") is { } value
            && ScramText.Bytes(text[(proofAt + 3)..]) is { } proof
            ? new ClientFinal(header, value, text[..proofAt], proof)
            : null;
    }

    public override string ToString() => $"{WithoutProof},p={Convert.ToBase64String(Proof)}";
}

/// <summary>The server's final message: <c>v=signature</c>.</summary>
internal sealed record ServerFinal(byte[] Signature)
{
    private const int TextLengthMax = 1_024;

    /// <summary>Null for what is not one, as an error.</summary>
    public static ServerFinal? Parse(ReadOnlySpan<byte> data) =>
        ScramText.Bytes(ScramText.Value(ScramText.From(data, TextLengthMax)?.Split(',')[0] ?? "", "v=")) is { } bytes
            ? new ServerFinal(bytes)
            : null;

    public override string ToString() => $"v={Convert.ToBase64String(Signature)}";
}
