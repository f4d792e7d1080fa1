using System.Text.Json.Serialization;

namespace Holdfast.Gateway.Outbox;

/// <summary>Events as they lie on disk and go to the broker.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower,
    UseStringEnumConverter = true
)]
[JsonSerializable(typeof(RackEvent))]
internal sealed partial class EventJson : JsonSerializerContext;
