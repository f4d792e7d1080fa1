using System.Text;
using System.Text.Unicode;

namespace Holdfast.Mqtt.Packets;

/// <summary>What a UTF-8 encoded string may hold (MQTT 5.0 §1.5.4).</summary>
internal static class Utf8Rules
{
    private static readonly UTF8Encoding Strict = new(false, throwOnInvalidBytes: true);

    /// <summary>Well-formed without surrogates [MQTT-1.5.4-1] and without U+0000 [MQTT-1.5.4-2].</summary>
    public static bool IsValid(ReadOnlySpan<byte> bytes) => bytes.IndexOf((byte)0) < 0 && Utf8.IsValid(bytes);

    /// <summary>The same for text to be sent, and 65,535 bytes at most.</summary>
    public static bool IsValid(string text)
    {
        try
        {
            return !text.Contains('\0') && Strict.GetByteCount(text) <= TopicName.BytesMax;
        }
        catch (EncoderFallbackException)
        {
            return false;
        }
    }
}
