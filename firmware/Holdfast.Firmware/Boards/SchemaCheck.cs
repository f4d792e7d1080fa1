using System.Globalization;
using System.Text.Json;
using System.Text.RegularExpressions;

namespace Holdfast.Firmware.Boards;

/// <summary>
/// Holds a document against boards/schema.json. It knows the part of JSON Schema 2020-12 that the schema uses: $ref to $defs, type, properties,
/// required, additionalProperties false, items, minItems, enum, const, pattern, minimum, maximum; and takes the
/// <c>description</c> as remedy.
/// </summary>
/// <param name="subject">What the document describes.</param>
internal sealed class SchemaCheck(JsonNode schema, List<BoardProblem> problems, string subject = "the board")
{
    /// <summary>Linear in the length of what a board says, whatever that is.</summary>
    private const RegexOptions Pattern = RegexOptions.CultureInvariant | RegexOptions.NonBacktracking;

    public void Check(JsonNode node) => Check(node, schema, subject);

    private void Check(JsonNode node, JsonNode rule, string name)
    {
        rule = Resolve(rule);
        var remedy = rule["description"]?.Text ?? "See boards/schema.json";
        if (rule["type"]?.Text is { } type && !Is(node, type))
        {
            problems.Add(node.Problem($"{name} must be {Article(type)}", remedy));
            return;
        }

        switch (node.Kind)
        {
            case JsonValueKind.Object:
                CheckObject(node, rule, name);
                break;
            case JsonValueKind.Array:
                CheckArray(node, rule, name, remedy);
                break;
            default:
                CheckValue(node, rule, name, remedy);
                break;
        }
    }

    private void CheckObject(JsonNode node, JsonNode rule, string name)
    {
        var known = rule["properties"];
        foreach (var required in rule["required"]?.Items ?? [])
        {
            if (node[required.Text] is null)
            {
                var meaning = known?[required.Text] is { } property ? Resolve(property)["description"]?.Text : null;
                problems.Add(node.Problem($"{name} has no \"{required.Text}\"", meaning ?? "Add it"));
            }
        }

        foreach (var (key, value) in node.Members)
        {
            if (known?[key] is { } property)
            {
                Check(value, property, $"\"{key}\"");
            }
            else if (rule["additionalProperties"]?.Kind == JsonValueKind.False)
            {
                var closest = Closest(key, known?.Members.Select(m => m.Key) ?? []);
                problems.Add(
                    value.Problem(
                        $"\"{key}\" is no key of {name}",
                        closest is null ? "Remove it" : $"Did you mean \"{closest}\"?"
                    )
                );
            }
        }
    }

    private void CheckArray(JsonNode node, JsonNode rule, string name, string remedy)
    {
        if (rule["minItems"]?.Number is { } least && node.Items.Count < least)
        {
            problems.Add(node.Problem($"{name} needs at least {least:0} entries", remedy));
        }

        if (rule["items"] is { } each)
        {
            foreach (var item in node.Items)
            {
                Check(item, each, $"an entry of {name}");
            }
        }
    }

    private void CheckValue(JsonNode node, JsonNode rule, string name, string remedy)
    {
        if (rule["enum"]?.Items is { } allowed && !allowed.Any(a => a.Text == node.Text))
        {
            problems.Add(
                node.Problem(
                    $"{name} cannot be \"{node.Text}\"",
                    $"Choose one of: {string.Join(", ", allowed.Select(a => a.Text))}"
                )
            );
        }

        if (rule["const"] is { } only && only.Text != node.Text)
        {
            problems.Add(node.Problem($"{name} must be {only.Text}", remedy));
        }

        if (rule["pattern"]?.Text is { } pattern && !Regex.IsMatch(node.Text, Whole(pattern), Pattern))
        {
            problems.Add(node.Problem($"{name} cannot be \"{node.Text}\"", remedy));
        }

        if (rule["minimum"]?.Number is { } least && !(node.Number >= least))
        {
            problems.Add(node.Problem($"{name} is {node.Text}, less than {Plain(least)}", remedy));
        }

        if (rule["maximum"]?.Number is { } most && !(node.Number <= most))
        {
            problems.Add(node.Problem($"{name} is {node.Text}, more than {Plain(most)}", remedy));
        }
    }

    /// <summary>The known key nearest to a mistyped one: at most two letters away, or one of them in the other.</summary>
    internal static string? Closest(string key, IEnumerable<string> known) =>
        known
            .Select(name => (Name: name, Distance: Distance(key, name)))
            .Where(k => k.Distance <= 2 || (key.Length > 3 && k.Name.Contains(key, StringComparison.OrdinalIgnoreCase)))
            .OrderBy(k => k.Distance)
            .Select(k => k.Name)
            .FirstOrDefault();

    private JsonNode Resolve(JsonNode rule) =>
        rule["$ref"]?.Text is { } reference ? schema["$defs"]![reference["#/$defs/".Length..]]! : rule;

    private static bool Is(JsonNode node, string type) =>
        type switch
        {
            "object" => node.Kind == JsonValueKind.Object,
            "array" => node.Kind == JsonValueKind.Array,
            "string" => node.Kind == JsonValueKind.String,
            "number" => node.Kind == JsonValueKind.Number,
            "integer" => node.Kind == JsonValueKind.Number && double.IsInteger(node.Number),
            "boolean" => node.Kind is JsonValueKind.True or JsonValueKind.False,
            _ => false,
        };

    private static string Article(string type) =>
        type switch
        {
            "object" => "an object in { }",
            "array" => "a list in [ ]",
            "string" => "a text in quotes",
            "integer" => "a whole number",
            "boolean" => "true or false",
            _ => "a number",
        };

    /// <summary>.NET's $ also matches before a line feed at the end, ECMA-262's, which JSON Schema means, does not.</summary>
    private static string Whole(string pattern) => pattern.EndsWith('$') ? pattern[..^1] + @"\z" : pattern;

    private static string Plain(double number) => number.ToString(CultureInfo.InvariantCulture);

    /// <summary>Levenshtein's distance.</summary>
    private static int Distance(string a, string b)
    {
        var row = Enumerable.Range(0, b.Length + 1).ToArray();
        for (var i = 1; i <= a.Length; i++)
        {
            var diagonal = row[0];
            row[0] = i;
            for (var j = 1; j <= b.Length; j++)
            {
                var above = row[j];
                row[j] = Math.Min(Math.Min(row[j], row[j - 1]) + 1, diagonal + (a[i - 1] == b[j - 1] ? 0 : 1));
                diagonal = above;
            }
        }

        return row[b.Length];
    }
}
