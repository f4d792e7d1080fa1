using System.Text.Json;

namespace Holdfast.Firmware.Boards;

/// <summary>
/// Lays a board over the one that it inherits. Objects merge by key, lists of named entries by name; everything else is replaced, and so
/// is a list by an empty one. What is written twice stays twice, so that it is found.
/// </summary>
internal static class BoardMerge
{
    public static JsonNode Of(JsonNode inherited, JsonNode own) =>
        (inherited.Kind, own.Kind) switch
        {
            (JsonValueKind.Object, JsonValueKind.Object) => Objects(inherited, own),
            (JsonValueKind.Array, JsonValueKind.Array) when own.Items.Count > 0 && own.Items.All(HasName) => Lists(
                inherited,
                own
            ),
            _ => own,
        };

    private static JsonNode Objects(JsonNode inherited, JsonNode own)
    {
        var kept = inherited.Members.Select(member => new KeyValuePair<string, JsonNode>(
            member.Key,
            own[member.Key] is { } over ? Of(member.Value, over) : member.Value
        ));
        return own with { Members = [.. kept, .. own.Members.Where(member => inherited[member.Key] is null)] };
    }

    private static JsonNode Lists(JsonNode inherited, JsonNode own)
    {
        var added = own.Items.ToList();
        var items = new List<JsonNode>();
        foreach (var entry in inherited.Items)
        {
            var over = added.Find(mine => NameOf(mine) == NameOf(entry));
            items.Add(over is null ? entry : Of(entry, over));
            if (over is not null)
            {
                added.Remove(over);
            }
        }

        return own with
        {
            Items = [.. items, .. added],
        };
    }

    private static bool HasName(JsonNode entry) => NameOf(entry) is not null;

    private static string? NameOf(JsonNode entry) => entry["name"]?.Text;
}
