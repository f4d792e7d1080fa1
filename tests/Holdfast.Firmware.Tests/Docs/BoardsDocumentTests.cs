using System.Text.Json;
using Holdfast.Firmware.Tests.Boards;
using Holdfast.Testing;
using Xunit;

namespace Holdfast.Firmware.Tests.Docs;

/// <summary>What the documents show of board files is true.</summary>
public sealed class BoardsDocumentTests
{
    public static TheoryData<string> Boards() =>
        [.. Documents.Files().SelectMany(file => Documents.Blocks(file, "json")).Where(IsBoard)];

    [Theory]
    [MemberData(nameof(Boards))]
    public void Every_board_in_the_documents_is_good(string text)
    {
        using var folder = new BoardFolder();
        foreach (var file in (string[])["grid.password", "grid-ca.pem", "rack.pem", "rack.key"])
        {
            folder.Write(file, "x");
        }

        var result = folder.Load(text);
        Assert.Empty(result.Problems);
        Assert.NotNull(result.Board);
    }

    [Fact]
    public void The_complete_example_is_there() =>
        Assert.Contains("\"mqtt\"", Documents.CompleteBoard(), StringComparison.Ordinal);

    [Fact]
    public void Every_member_of_the_schema_is_explained()
    {
        var text = File.ReadAllText(SourceTree.PathOf("docs/boards.md"));
        var schema = JsonDocument.Parse(File.ReadAllText(SourceTree.PathOf("boards/schema.json"))).RootElement;
        var names = schema
            .GetProperty("$defs")
            .EnumerateObject()
            .Select(d => d.Value)
            .Append(schema)
            .SelectMany(Members)
            .Distinct();
        Assert.All(names, name => Assert.Contains($"`{name}`", text, StringComparison.Ordinal));
    }

    private static bool IsBoard(string block) => block.Contains("\"board\": 1", StringComparison.Ordinal);

    private static IEnumerable<string> Members(JsonElement rule) =>
        rule.TryGetProperty("properties", out var properties)
            ? properties.EnumerateObject().SelectMany(p => Members(p.Value).Prepend(p.Name))
            : [];
}
