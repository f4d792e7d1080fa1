using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Holdfast.Gateway.HomeAssistant;

/// <summary>What stands under <c>{prefix}/device/{id}/config</c>: a device with all its components (Home Assistant, "Device discovery payload").</summary>
internal sealed record DiscoveryDocument(
    DiscoveredDevice Device,
    Origin Origin,
    Availability[] Availability,
    Dictionary<string, Component> Components
)
{
    private static readonly DiscoveryJson Form = new(
        new JsonSerializerOptions(DiscoveryJson.Default.Options)
        {
            Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        }
    );

    public byte[] ToBytes() => JsonSerializer.SerializeToUtf8Bytes(this, Form.DiscoveryDocument);
}

internal sealed record DiscoveredDevice(
    string[] Identifiers,
    string Name,
    string Manufacturer,
    string Model,
    string? SwVersion,
    string? ViaDevice
);

internal sealed record Origin(string Name, string? SwVersion);

internal sealed record Availability(
    string Topic,
    string ValueTemplate,
    string PayloadAvailable,
    string PayloadNotAvailable
);

/// <summary>An entity. Members that a platform does not have are left out.</summary>
internal sealed record Component(string Platform, string UniqueId, string Name)
{
    public string? StateTopic { get; init; }

    public string? ValueTemplate { get; init; }

    public string? DeviceClass { get; init; }

    public string? StateClass { get; init; }

    public string? UnitOfMeasurement { get; init; }

    public string[]? Options { get; init; }

    public string? PayloadOn { get; init; }

    public string? PayloadOff { get; init; }

    public string? CommandTopic { get; init; }

    public string? PayloadPress { get; init; }

    public int? Qos { get; init; }
}

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull
)]
[JsonSerializable(typeof(DiscoveryDocument))]
[JsonSerializable(typeof(string[]))]
internal sealed partial class DiscoveryJson : JsonSerializerContext;
