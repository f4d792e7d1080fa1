using System.Buffers.Text;
using System.Text;

namespace Holdfast.Mqtt.Authentication;

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

    /// <summary>What follows the name, as "r="; null where another attribute stands there.</summary>
    public static string? Value(string attribute, string name) =>
        attribute.StartsWith(name, StringComparison.Ordinal) ? attribute[name.Length..] : null;

    /// <summary>Null where it is empty or not Base64.</summary>
    public static byte[]? Bytes(string? base64) =>
        base64 is { Length: > 0 } && Base64.IsValid(base64) ? Convert.FromBase64String(base64) : null;

    /// <summary>"," stands as "=2C" and "=" as "=3D" (§5.1).</summary>
    public static string EncodeName(string name) =>
        name.Replace("=", "=3D", StringComparison.Ordinal).Replace(",", "=2C", StringComparison.Ordinal);

    /// <summary>Null where another "=" stands in it, or nothing.</summary>
    public static string? DecodeName(string name)
    {
        var plain = name.Replace("=2C", ",", StringComparison.Ordinal).Replace("=3D", "\0", StringComparison.Ordinal);
        return name.Length == 0 || name.Contains('\0') || plain.Contains('=') ? null : plain.Replace('\0', '=');
    }
}
