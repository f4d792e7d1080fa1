using System.Text;
using System.Text.Unicode;
using Holdfast.Mqtt;

namespace Holdfast.Firmware.CommandLine.Mqtt;

/// <summary>
/// A received message for people: topic and payload in a line. What is no text is shown in hexadecimal. Nothing of it can command the terminal:
/// line breaks and tabs are shown as in C, all other control characters make it no text.
/// </summary>
internal static class MessageLine
{
    private const int HexLengthMax = 64;

    public static string Of(MqttMessage message) => $"{Terminal.Clean(message.Topic)} {Payload(message.Payload.Span)}";

    public static string Payload(ReadOnlySpan<byte> payload)
    {
        if (Utf8.IsValid(payload) && !HasControls(payload))
        {
            return Encoding
                .UTF8.GetString(payload)
                .Replace("\r", "\\r", StringComparison.Ordinal)
                .Replace("\n", "\\n", StringComparison.Ordinal)
                .Replace("\t", "\\t", StringComparison.Ordinal);
        }

        var shown = Convert.ToHexStringLower(payload[..Math.Min(payload.Length, HexLengthMax)]);
        return payload.Length > HexLengthMax ? $"hex {shown}… ({payload.Length} bytes)" : $"hex {shown}";
    }

    private static bool HasControls(ReadOnlySpan<byte> utf8)
    {
        foreach (var rune in Encoding.UTF8.GetString(utf8).EnumerateRunes())
        {
            if (Rune.IsControl(rune) && rune.Value is not ('\r' or '\n' or '\t'))
            {
                return true;
            }
        }

        return false;
    }
}
