using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;

namespace Holdfast.Gateway.Twin;

/// <summary>JSON of the twins: what people read with mosquitto_sub, and what lies on disk.</summary>
internal static class TwinJson
{
    private static readonly JsonWriterOptions Plain = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };
    private static readonly JsonDocumentOptions Strict = new()
    {
        AllowDuplicateProperties = false,
        MaxDepth = TwinProperties.DepthMax + 2,
    };

    public static string Text(JsonNode? node)
    {
        using var bytes = new MemoryStream();
        using (var writer = new Utf8JsonWriter(bytes, Plain))
        {
            if (node is null)
            {
                writer.WriteNullValue();
            }
            else
            {
                node.WriteTo(writer);
            }
        }

        return Encoding.UTF8.GetString(bytes.GetBuffer(), 0, (int)bytes.Length);
    }

    /// <summary>Null: it is none, or has a member twice, or is too deep.</summary>
    public static JsonNode? Parse(string text)
    {
        try
        {
            return JsonNode.Parse(text, documentOptions: Strict);
        }
        catch (Exception e) when (e is JsonException or ArgumentException)
        {
            return null;
        }
    }

    /// <summary>Properties as a replica sends and gets them; null: they are none.</summary>
    public static TwinProperties? Properties(string text)
    {
        PropertyDocument[]? read;
        try
        {
            read = JsonSerializer.Deserialize(text, TwinForms.Default.PropertyDocumentArray);
        }
        catch (JsonException)
        {
            return null;
        }

        return read is not null && read.Length <= TwinProperties.CountMax && read.All(IsProperty)
            ? TwinProperties.Of(
                read.Select(p => new TwinProperty(
                    p.Path,
                    p.Value.ValueKind == JsonValueKind.Null ? null : Text(JsonNode.Parse(p.Value.GetRawText())),
                    p.Time,
                    p.By
                ))
            )
            : null;
    }

    public static JsonArray Of(TwinProperties properties) =>
        // Of an array of nodes: what adds one after the other is not clean for trimming.
        new JsonArray([
            .. properties.All.Select(property => new JsonObject
            {
                ["path"] = property.Path,
                ["value"] = property.Value is { } value ? JsonNode.Parse(value) : null,
                ["time"] = property.Time,
                ["by"] = property.By,
            }),
        ]);

    private static bool IsProperty(PropertyDocument? property) =>
        property is { Time: >= 0 and <= 253_402_300_799_999 }
        && Name.IsValid(property.By)
        && property.Path is ['/', ..]
        && property.Path.Length <= 512
        && property.Path.Count(c => c == '/') <= TwinProperties.DepthMax
        && (property.Value.ValueKind != JsonValueKind.Object || property.Value.GetPropertyCount() == 0)
        && Parse(property.Value.GetRawText()) is not null == (property.Value.ValueKind != JsonValueKind.Null);
}

internal sealed record PropertyDocument(string Path, JsonElement Value, long Time, string By);

/// <summary>A twin as it lies on disk.</summary>
internal sealed record StoredTwin(
    string Target,
    long DesiredVersion,
    string DesiredBy,
    DateTimeOffset DesiredAt,
    JsonElement Properties,
    long ReportedVersion,
    string Problem
);

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower,
    UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
    RespectRequiredConstructorParameters = true
)]
[JsonSerializable(typeof(PropertyDocument[]))]
[JsonSerializable(typeof(StoredTwin[]))]
internal sealed partial class TwinForms : JsonSerializerContext;
