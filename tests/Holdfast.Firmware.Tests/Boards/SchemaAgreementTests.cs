using System.Text.Json;
using System.Text.RegularExpressions;
using Holdfast.Firmware.Boards;
using Holdfast.Testing;
using Xunit;

namespace Holdfast.Firmware.Tests.Boards;

/// <summary>boards/schema.json, which editors use too, and the reader are one.</summary>
public sealed partial class SchemaAgreementTests
{
    private static readonly string[] Understood =
    [
        "$schema",
        "$defs",
        "$ref",
        "title",
        "description",
        "type",
        "properties",
        "required",
        "additionalProperties",
        "items",
        "minItems",
        "enum",
        "const",
        "pattern",
        "minimum",
        "maximum",
    ];

    private static readonly string Boards = Path.Combine(AppContext.BaseDirectory, "boards");

    private readonly JsonElement schema = JsonDocument
        .Parse(File.ReadAllText(Path.Combine(Boards, "schema.json")))
        .RootElement;

    public static TheoryData<string> ShippedBoards() =>
        [
            .. Directory
                .EnumerateFiles(Boards, "*.json")
                .Select(f => Path.GetFileName(f)!)
                .Where(f => f != "schema.json"),
        ];

    [Theory]
    [MemberData(nameof(ShippedBoards))]
    public void Every_board_that_comes_with_the_program_is_good(string file)
    {
        var result = BoardLoader.Load(Path.Combine(Boards, file));
        Assert.Empty(result.Problems);
        Assert.NotNull(result.Board);
    }

    [Fact]
    public void The_reader_reads_exactly_what_the_schema_lets_pass()
    {
        var written = Properties(schema)
            .Concat(schema.GetProperty("$defs").EnumerateObject().SelectMany(d => Properties(d.Value)));
        // For editors, and for whoever reads the file.
        string[] notRead = ["$schema", "board"];
        Assert.Equal(
            written.Except(notRead).Distinct().Order(StringComparer.Ordinal),
            KeysInSource().Order(StringComparer.Ordinal)
        );
    }

    [Fact]
    public void The_schema_uses_only_what_the_check_understands() =>
        Assert.Empty(Keywords(schema).Distinct().Except(Understood));

    [Fact]
    public void Every_property_says_what_to_write()
    {
        foreach (var property in Everything(schema))
        {
            var description = property.GetProperty("description").GetString()!;
            Assert.True(char.IsUpper(description[0]) && !description.EndsWith('.'), description);
        }
    }

    /// <summary>The texts of the reader's sources that look like keys and stand as an argument or an index.</summary>
    private static IEnumerable<string> KeysInSource()
    {
        var folder = SourceTree.PathOf("firmware/Holdfast.Firmware/Boards");
        string[] readers = ["BoardReader.cs", "BesideFiles.cs", "BoardLoader.cs"];
        return readers
            .SelectMany(file => Key().Matches(File.ReadAllText(Path.Combine(folder, file))))
            .Select(match => match.Groups[1].Value)
            .Distinct();
    }

    private static IEnumerable<string> Properties(JsonElement rule) =>
        rule.TryGetProperty("properties", out var properties)
            ? properties.EnumerateObject().SelectMany(p => Properties(p.Value).Prepend(p.Name))
            : [];

    private static IEnumerable<JsonElement> Everything(JsonElement rule) =>
        rule.EnumerateObject()
            .Where(p => p.Name is "properties" or "$defs")
            .SelectMany(p => p.Value.EnumerateObject())
            .Select(p => p.Value)
            .SelectMany(r => Everything(r).Prepend(r));

    private static IEnumerable<string> Keywords(JsonElement rule) =>
        rule.EnumerateObject()
            .SelectMany(member =>
                member switch
                {
                    { Name: "properties" or "$defs" } => member
                        .Value.EnumerateObject()
                        .SelectMany(p => Keywords(p.Value)),
                    { Name: "items" } => Keywords(member.Value),
                    _ => Enumerable.Empty<string>(),
                }
            )
            .Concat(rule.EnumerateObject().Select(member => member.Name));

    // ["key"], and Text(node, "key"…), Number(…), Integer(…), Seconds(…), Flag(…), Map(…).
    [GeneratedRegex(@"(?:\[|(?:Text|Number|Integer|Seconds|Flag|Map)\(\s*\w+,\s*)""([a-z_]+)""")]
    private static partial Regex Key();
}
