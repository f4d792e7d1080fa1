using System.Text.Json.Serialization;
using Holdfast.Gateway.Outbox;

namespace Holdfast.Firmware.CommandLine.Outbox;

/// <param name="Classes">How many wait, of each class.</param>
/// <param name="Oldest">Of those that wait, by their own time.</param>
/// <param name="BudgetBytes">Null where nothing was written yet.</param>
internal sealed record OutboxDocument(
    string Stream,
    long Waiting,
    IReadOnlyDictionary<string, long> Classes,
    DateTimeOffset? Oldest,
    DateTimeOffset? Newest,
    long Bytes,
    long? BudgetBytes,
    IReadOnlyList<GapDocument> Gaps,
    IReadOnlyList<string> Damage
);

/// <param name="Verified">Null: there is no key to tell.</param>
internal sealed record GapDocument(GapRecord Record, bool? Verified);

/// <param name="Text">The payload where it is text, else <paramref name="Base64"/>.</param>
internal sealed record ExportedMessage(
    long Sequence,
    string Class,
    DateTimeOffset Time,
    string Topic,
    int Qos,
    bool Retain,
    string? Text,
    string? Base64,
    IReadOnlyList<string[]> UserProperties
);

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower)]
[JsonSerializable(typeof(OutboxDocument))]
[JsonSerializable(typeof(ExportedMessage))]
internal sealed partial class OutboxDocuments : JsonSerializerContext;
