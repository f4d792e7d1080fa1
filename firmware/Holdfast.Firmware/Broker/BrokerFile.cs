using Holdfast.Firmware.Boards;

namespace Holdfast.Firmware.Broker;

/// <summary>
/// Reads a broker's file and those that it names. It tells all problems at once, each with its place and a remedy, and throws for none.
/// </summary>
internal static class BrokerFile
{
    private const int FileLengthMax = 1024 * 1024;

    private static readonly Lazy<JsonNode> Schema = new(ReadSchema);

    /// <returns>Null with at least one problem.</returns>
    public static BrokerSetup? Load(string path, List<BoardProblem> problems)
    {
        var (bytes, unreadable) = BoundedFile.Read(path, FileLengthMax);
        if (bytes is null)
        {
            problems.Add(
                new BoardProblem(path, 0, 0, $"the file cannot be read ({unreadable})", "Check its name and rights")
            );
            return null;
        }

        if (JsonNode.Parse(Path.GetFullPath(path), bytes, problems) is not { } document)
        {
            return null;
        }

        new SchemaCheck(Schema.Value, problems, "the broker").Check(document);
        var setup = problems.Count == 0 ? new BrokerFileReader(problems).Read(document) : null;
        return problems.Count == 0 ? setup : null;
    }

    private static JsonNode ReadSchema()
    {
        using var stream = typeof(BrokerFile).Assembly.GetManifestResourceStream("broker/schema.json")!;
        var bytes = new byte[stream.Length];
        stream.ReadExactly(bytes);
        var schema = JsonNode.Parse("schema.json", bytes, []);
        Invariant.Require(schema is not null, "the schema that comes with the program is valid");
        return schema;
    }
}
