using System.Collections.Immutable;
using System.Text.Json.Nodes;

namespace Holdfast.Gateway.Twin;

/// <summary>
/// A desired document as its properties. Pure and immutable.
///
/// It guarantees that a patch does what JSON Merge Patch (RFC 7396) says, and that <see cref="Merge"/> is commutative, associative and
/// idempotent: sides that were cut off from each other come to the same document once each has seen the other's properties.
/// </summary>
public sealed class TwinProperties
{
    public const int CountMax = 256;
    public const int DepthMax = 8;

    private const string Object = "{}";
    private static readonly Comparer<TwinProperty> ByTime = Comparer<TwinProperty>.Create(TwinProperty.Compare);

    private readonly ImmutableSortedDictionary<string, TwinProperty> byPath;

    private TwinProperties(ImmutableSortedDictionary<string, TwinProperty> byPath) => this.byPath = byPath;

    public static TwinProperties Empty { get; } =
        new(ImmutableSortedDictionary.Create<string, TwinProperty>(StringComparer.Ordinal));

    /// <summary>Deleted ones too.</summary>
    public IEnumerable<TwinProperty> All => byPath.Values;

    public int Count => byPath.Count;

    /// <summary>The time of the newest; 0 where there is none.</summary>
    public long NewestTime => byPath.Values.Select(property => property.Time).DefaultIfEmpty(0).Max();

    public static TwinProperties Of(IEnumerable<TwinProperty> properties) =>
        properties.Aggregate(Empty, (all, property) => all.With(property));

    /// <summary>Takes of each property the later.</summary>
    public TwinProperties Merge(TwinProperties other) =>
        other.All.Aggregate(this, (all, property) => all.With(property));

    /// <summary>What changes here when the other's are merged in.</summary>
    public TwinProperties NewIn(TwinProperties other) =>
        Of(
            other.All.Where(property =>
                !byPath.TryGetValue(property.Path, out var mine) || TwinProperty.Compare(property, mine) > 0
            )
        );

    /// <summary>Applies a merge patch.</summary>
    /// <param name="now">Later than <see cref="NewestTime"/>; see <see cref="TimeFor"/>.</param>
    public TwinProperties Patch(JsonObject patch, long now, string by)
    {
        var changes = byPath.ToBuilder();
        Patch(changes, "", Document(), patch, now, by);
        return new TwinProperties(changes.ToImmutable());
    }

    /// <summary>A time for a change of now that is later than all that is known, also where the clock runs back.</summary>
    public long TimeFor(DateTimeOffset now) => Math.Max(now.ToUnixTimeMilliseconds(), NewestTime + 1);

    /// <summary>Without the deletions from before a time.</summary>
    public TwinProperties WithoutDeletedBefore(long time) =>
        Of(All.Where(property => property.Value is not null || property.Time >= time));

    /// <summary>The document.</summary>
    public JsonObject Document()
    {
        var root = new JsonObject();
        foreach (var property in All.Order(ByTime))
        {
            Put(root, property);
        }

        return root;
    }

    private TwinProperties With(TwinProperty property) =>
        byPath.TryGetValue(property.Path, out var mine) && TwinProperty.Compare(mine, property) >= 0
            ? this
            : new TwinProperties(byPath.SetItem(property.Path, property));

    private static void Patch(
        ImmutableSortedDictionary<string, TwinProperty>.Builder changes,
        string path,
        JsonObject current,
        JsonObject patch,
        long now,
        string by
    )
    {
        foreach (var (name, value) in patch)
        {
            var here = $"{path}/{JsonPointer.Escape(name)}";
            var there = current[name];
            if (value is JsonObject members)
            {
                if (there is not JsonObject)
                {
                    changes[here] = new TwinProperty(here, Object, now, by);
                }

                Patch(changes, here, there as JsonObject ?? [], members, now, by);
            }
            else if (value is not null || current.ContainsKey(name))
            {
                foreach (var below in Below(changes, here))
                {
                    changes[below] = new TwinProperty(below, null, now, by);
                }

                changes[here] = new TwinProperty(here, value is null ? null : TwinJson.Text(value), now, by);
            }
        }
    }

    private static List<string> Below(ImmutableSortedDictionary<string, TwinProperty>.Builder changes, string path) =>
        [.. changes.Keys.Where(key => key.StartsWith(path + "/", StringComparison.Ordinal))];

    private static void Put(JsonObject root, TwinProperty property)
    {
        var names = JsonPointer.Names(property.Path);
        var at = root;
        foreach (var name in names[..^1])
        {
            if (at[name] is not JsonObject next)
            {
                if (property.Value is null)
                {
                    return;
                }

                at[name] = next = [];
            }

            at = next;
        }

        var last = names[^1];
        if (property.Value is null)
        {
            at.Remove(last);
        }
        else if (!property.IsObject || at[last] is not JsonObject)
        {
            at[last] = JsonNode.Parse(property.Value);
        }
    }
}

/// <summary>RFC 6901.</summary>
internal static class JsonPointer
{
    public static string Escape(string name) =>
        name.Replace("~", "~0", StringComparison.Ordinal).Replace("/", "~1", StringComparison.Ordinal);

    public static string[] Names(string path) =>
        [
            .. path[1..]
                .Split('/')
                .Select(name =>
                    name.Replace("~1", "/", StringComparison.Ordinal).Replace("~0", "~", StringComparison.Ordinal)
                ),
        ];
}
