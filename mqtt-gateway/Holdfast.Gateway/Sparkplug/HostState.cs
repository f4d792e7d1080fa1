using System.Globalization;
using System.Text;
using System.Text.Json;
using Holdfast.Mqtt;

namespace Holdfast.Gateway.Sparkplug;

/// <summary>What a host application says of itself under STATE (§6.4.21): JSON, retained, QoS 1.</summary>
/// <param name="Timestamp">Milliseconds since 1970 of the connection that it is about; an older one is of an older connection.</param>
public readonly record struct HostState(bool Online, long Timestamp)
{
    private const int LengthMax = 4 * 1024;

    /// <summary>Null where it is none: both members are required, and nothing else is asked of them.</summary>
    public static HostState? Read(ReadOnlyMemory<byte> payload)
    {
        if (payload.Length > LengthMax)
        {
            return null;
        }

        try
        {
            // A name with half a surrogate pair is JSON by its grammar, and no text: that is an InvalidOperationException.
            using var document = JsonDocument.Parse(payload);
            var root = document.RootElement;
            return
                root.ValueKind == JsonValueKind.Object
                && root.TryGetProperty("online", out var online)
                && online.ValueKind is JsonValueKind.True or JsonValueKind.False
                && root.TryGetProperty("timestamp", out var timestamp)
                && timestamp.ValueKind == JsonValueKind.Number
                && timestamp.TryGetInt64(out var milliseconds)
                ? new HostState(online.ValueKind == JsonValueKind.True, milliseconds)
                : null;
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            return null;
        }
    }

    public MqttMessage Message(string host) =>
        new(
            SparkplugTopic.StateOf(host),
            Encoding.UTF8.GetBytes(
                string.Create(
                    CultureInfo.InvariantCulture,
                    $$"""{"online":{{(Online ? "true" : "false")}},"timestamp":{{Timestamp}}}"""
                )
            )
        )
        {
            Qos = MqttQos.AtLeastOnce,
            Retain = true,
        };
}
