using System.Buffers;
using System.Text;
using System.Text.Unicode;

namespace Holdfast.Mqtt.Packets;

/// <summary>What a UTF-8 encoded string may hold (MQTT 5.0 §1.5.4).</summary>
internal static class Utf8Rules
{
    /// <summary>U+0001 to U+001F, U+007F to U+009F, and the non-characters of the first plane.</summary>
    private static readonly SearchValues<char> Disallowed = SearchValues.Create([
        .. Enumerable.Range(0x00, 0x20).Concat(Enumerable.Range(0x7F, 0x21)).Select(c => (char)c),
        .. Enumerable.Range(0xFDD0, 0x20).Append(0xFFFE).Append(0xFFFF).Select(c => (char)c),
    ]);

    private static readonly UTF8Encoding Strict = new(false, throwOnInvalidBytes: true);

    /// <summary>Well-formed without surrogates [MQTT-1.5.4-1] and without U+0000 [MQTT-1.5.4-2].</summary>
    public static bool IsValid(ReadOnlySpan<byte> bytes) => bytes.IndexOf((byte)0) < 0 && Utf8.IsValid(bytes);

    /// <summary>Without the control characters and non-characters that a receiver may refuse as malformed (§1.5.4).</summary>
    public static bool IsPlain(string? text) => text.AsSpan().IndexOfAny(Disallowed) < 0;

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
