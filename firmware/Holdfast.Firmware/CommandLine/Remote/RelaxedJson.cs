using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;

namespace Holdfast.Firmware.CommandLine.Remote;

/// <summary>JSON for terminals and files: what would only have to be escaped in HTML is not.</summary>
internal static class RelaxedJson
{
    public static JsonSerializerOptions Options { get; } =
        new()
        {
            Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
            TypeInfoResolver = JsonTypeInfoResolver.Combine(),
        };
}
