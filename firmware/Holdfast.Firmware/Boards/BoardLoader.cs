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
            var what = Directory.Exists(nameOrPath) ? "this is a folder" : "there is no such board file";
            var remedy = $"Name a file, or one of: {string.Join(", ", Names())}";
            problems.Add(new BoardProblem(nameOrPath, 0, 0, what, remedy));
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
        var board = problems.Count == 0 ? new BoardReader(problems).Read(document) : null;
        return new BoardResult(problems.Count == 0 ? board : null, problems);
    }

    private static JsonNode Schema()
    {
        var problems = new List<BoardProblem>();
        var schema = JsonNode.Parse("schema.json", File.ReadAllBytes(Path.Combine(Shipped, "schema.json")), problems);
        Invariant.Require(schema is not null, "the schema that comes with the program is valid");
        return schema;
    }

    private static string? Locate(string nameOrPath) =>
        File.Exists(nameOrPath) ? Path.GetFullPath(nameOrPath) : LocateShipped(nameOrPath);

    private static string? LocateShipped(string name)
    {
        var shipped = Path.Combine(Shipped, name + ".json");
        return Name.IsValid(name) && File.Exists(shipped) ? shipped : null;
    }

    private static IEnumerable<string> Names() =>
        Directory
            .EnumerateFiles(Shipped, "*.json")
            .Select(path => Path.GetFileNameWithoutExtension(path))
            .Where(name => name != "schema")
            .Order(StringComparer.Ordinal);

    private static JsonNode? Read(string path, List<string> inheritors, List<BoardProblem> problems)
    {
        var (bytes, unreadable) = BoundedFile.Read(path, FileLengthMax);
        if (bytes is null)
        {
            problems.Add(
                new BoardProblem(path, 0, 0, $"the file cannot be read ({unreadable})", "Check its name and rights")
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
        var beside = Path.GetFullPath(Path.Combine(Path.GetDirectoryName(path)!, parent.Text.Replace('\0', '?')));
        var found = File.Exists(beside) ? beside : LocateShipped(parent.Text);
        var (wrong, remedy) =
            found is null
                ? (
                    $"there is no board \"{parent.Text}\" to inherit",
                    "Name a file beside this one, or a board that comes with the program"
                )
            : inheritors.Contains(found)
                ? ("the boards inherit from each other in a circle", "Let one of them stand alone")
            : inheritors.Count > InheritanceMax
                ? ($"more than {InheritanceMax} boards inherit from each other", "Merge some of them")
            : ("", "");
        if (found is null || wrong.Length > 0)
        {
            problems.Add(parent.Problem(wrong, remedy));
            return null;
        }

        return Read(found, inheritors, problems) is { } inherited ? BoardMerge.Of(inherited, document) : null;
    }
}

/// <summary>A board, or what is wrong with it.</summary>
internal sealed record BoardResult(Board? Board, IReadOnlyList<BoardProblem> Problems);
