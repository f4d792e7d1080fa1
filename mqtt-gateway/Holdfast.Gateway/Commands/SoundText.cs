using System.Text;
using System.Text.Json;

namespace Holdfast.Gateway.Commands;

/// <summary>What strangers write, before anything else looks at it.</summary>
internal static class SoundText
{
    /// <summary>
    /// Whether it is JSON all of whose strings are text. By its grammar it may hold half a surrogate pair, or bytes that are no UTF-8, over which those
    /// stumble who read such a string later.
    /// </summary>
    public static bool IsJson(ReadOnlySpan<byte> json)
    {
        var reader = new Utf8JsonReader(json);
        try
        {
            while (reader.Read())
            {
                if (reader.TokenType is JsonTokenType.String or JsonTokenType.PropertyName)
                {
                    _ = reader.GetString();
                }
            }

            return true;
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            return false;
        }
    }

    /// <summary>
    /// Fit for a topic or property of ours: a broker may end whoever sends control characters and non-characters there (MQTT 5.0 §1.5.4), and the client
    /// would send it again and again.
    /// </summary>
    public static string Plain(string text)
    {
        var plain = new StringBuilder(text.Length);
        foreach (var rune in text.EnumerateRunes())
        {
            var isPlain =
                !Rune.IsControl(rune) && (rune.Value & 0xFFFE) != 0xFFFE && rune.Value is not (>= 0xFDD0 and <= 0xFDEF);
            plain.Append(isPlain ? rune.ToString() : "?");
        }

        return plain.ToString();
    }
}
