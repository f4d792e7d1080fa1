using System.Text.Json;

namespace Holdfast.Firmware.Boards;

/// <summary>
/// Reads a board file: parses it, merges what it inherits, holds it against the schema, checks what a schema cannot, and builds the
/// board. It tells all problems at once, each with its place and a remedy, and throws for none.
/// </summary>
internal static class BoardLoader
{
    /// <summary>A rack of sixty nodes is described in 30 KB.</summary>
    private const int FileLengthMax = 1024 * 1024;

    private const int InheritanceMax = 8;

    private static readonly string Shipped = Path.Combine(AppContext.BaseDirectory, "boards");

    /// <param name="nameOrPath">A file, or the name of a board that comes with the program: "sim".</param>
    public static BoardResult Load(string nameOrPath)
    {
        var problems = new List<BoardProblem>();
        if (Locate(nameOrPath) is not { } path)
        {
            problems.Add(
                new BoardProblem(
                    nameOrPath,
                    0,
                    0,
                    "there is no such board file",
                    $"Name a file, or one of: {string.Join(", ", Names())}"
                )
            );
            return new BoardResult(null, problems);
        }

        if (Read(path, [], problems) is not { } document)
        {
            return new BoardResult(null, problems);
        }

        new SchemaCheck(Schema(), problems).Check(document);
        if (problems.Count > 0)
        {
            return new BoardResult(null, problems);
        }

        new BoardRules(document, problems).Check();
        var board = problems.Count == 0 ? new BoardReader(Path.GetDirectoryName(path)!, problems).Read(document) : null;
        return new BoardResult(problems.Count == 0 ? board : null, problems);
    }

    private static JsonNode Schema()
    {
        var problems = new List<BoardProblem>();
        var schema = JsonNode.Parse("schema.json", File.ReadAllBytes(Path.Combine(Shipped, "schema.json")), problems);
        Invariant.Require(schema is not null, "the schema that comes with the program is valid");
        return schema;
    }

    private static string? Locate(string nameOrPath)
    {
        if (File.Exists(nameOrPath))
        {
            return Path.GetFullPath(nameOrPath);
        }

        var shipped = Path.Combine(Shipped, nameOrPath + ".json");
        return Name.IsValid(nameOrPath) && File.Exists(shipped) ? shipped : null;
    }

    private static IEnumerable<string> Names() =>
        Directory
            .EnumerateFiles(Shipped, "*.json")
            .Select(path => Path.GetFileNameWithoutExtension(path))
            .Where(name => name != "schema")
            .Order(StringComparer.Ordinal);

    private static JsonNode? Read(string path, List<string> inheritors, List<BoardProblem> problems)
    {
        byte[] bytes;
        try
        {
            if (new FileInfo(path).Length > FileLengthMax)
            {
                problems.Add(
                    new BoardProblem(
                        path,
                        0,
                        0,
                        "the file is larger than 1 MiB",
                        "This is no board file; check its name"
                    )
                );
                return null;
            }

            bytes = File.ReadAllBytes(path);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            problems.Add(
                new BoardProblem(path, 0, 0, $"the file cannot be read ({e.Message})", "Check its name and rights")
            );
            return null;
        }

        return JsonNode.Parse(path, bytes, problems) is { } document
            ? Inherit(path, document, inheritors, problems)
            : null;
    }

    private static JsonNode? Inherit(
        string path,
        JsonNode document,
        List<string> inheritors,
        List<BoardProblem> problems
    )
    {
        if (document["inherits"] is not { Kind: JsonValueKind.String } parent)
        {
            return document;
        }

        inheritors.Add(path);
        var beside = Path.Combine(Path.GetDirectoryName(path)!, parent.Text);
        if ((Locate(beside) ?? Locate(parent.Text)) is not { } found)
        {
            problems.Add(
                parent.Problem(
                    $"there is no board \"{parent.Text}\" to inherit",
                    "Name a file beside this one, or a board that comes with the program"
                )
            );
            return null;
        }

        if (inheritors.Contains(found) || inheritors.Count > InheritanceMax)
        {
            problems.Add(
                parent.Problem("the boards inherit from each other in a circle", "Let one of them stand alone")
            );
            return null;
        }

        return Read(found, inheritors, problems) is { } inherited ? Merge(inherited, document) : null;
    }

    /// <summary>Objects merge by key, lists of named entries by name; everything else is replaced.</summary>
    private static JsonNode Merge(JsonNode inherited, JsonNode own)
    {
        if (inherited.Kind == JsonValueKind.Object && own.Kind == JsonValueKind.Object)
        {
            var kept = inherited.Members.Select(m => new KeyValuePair<string, JsonNode>(
                m.Key,
                own[m.Key] is { } o ? Merge(m.Value, o) : m.Value
            ));
            return own with { Members = [.. kept, .. own.Members.Where(m => inherited[m.Key] is null)] };
        }

        if (
            inherited.Kind == JsonValueKind.Array
            && own.Kind == JsonValueKind.Array
            && own.Items.All(i => NameOf(i) is not null)
        )
        {
            var kept = inherited.Items.Select(i =>
                own.Items.Find(o => NameOf(o) == NameOf(i)) is { } o ? Merge(i, o) : i
            );
            return own with
            {
                Items = [.. kept, .. own.Items.Where(o => !inherited.Items.Any(i => NameOf(i) == NameOf(o)))],
            };
        }

        return own;
    }

    private static string? NameOf(JsonNode node) => node["name"]?.Text;
}

/// <summary>A board, or what is wrong with it.</summary>
internal sealed record BoardResult(Board? Board, IReadOnlyList<BoardProblem> Problems);
