namespace Holdfast.Mqtt;

/// <summary>The rules for the name that a message is published to (MQTT 5.0 §4.7).</summary>
public static class TopicName
{
    /// <summary>Of a topic name or filter, encoded: a string's two-byte length can say no more (MQTT 5.0 §1.5.4).</summary>
    public const int BytesMax = 65_535;

    /// <summary>One character or more [MQTT-4.7.3-1], no wildcards [MQTT-3.3.2-2], no U+0000, 65,535 bytes at most.</summary>
    public static bool IsValid(string? topic) =>
        !string.IsNullOrEmpty(topic) && topic.AsSpan().IndexOfAny('+', '#') < 0 && Packets.Utf8Rules.IsValid(topic);
}
