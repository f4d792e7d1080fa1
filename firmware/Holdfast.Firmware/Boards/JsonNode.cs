using System.Text;
using System.Text.Json;

namespace Holdfast.Firmware.Boards;

/// <summary>A JSON value that knows where it stands, so that a problem can be told by line.</summary>
/// <param name="Kind">Object, Array, String, Number, True, False or Null.</param>
internal sealed record JsonNode(string File, int Line, int Column, JsonValueKind Kind)
{
    public string Text { get; init; } = "";

    public double Number { get; init; }

    public List<JsonNode> Items { get; init; } = [];

    public List<KeyValuePair<string, JsonNode>> Members { get; init; } = [];

    public JsonNode? this[string name] => Members.FirstOrDefault(member => member.Key == name).Value;

    public BoardProblem Problem(string what, string remedy) => new(File, Line, Column, what, remedy);

    /// <summary>Reads a document; what is no JSON is a problem.</summary>
    public static JsonNode? Parse(string file, ReadOnlySpan<byte> bytes, List<BoardProblem> problems)
    {
        var start = bytes.StartsWith(Encoding.UTF8.Preamble) ? Encoding.UTF8.Preamble.Length : 0;
        var lines = new LineMap(bytes);
        var reader = new Utf8JsonReader(bytes[start..], new JsonReaderOptions { MaxDepth = 16 });
        try
        {
            reader.Read();
            var node = Read(ref reader, file, lines, start);
            if (reader.Read())
            {
                throw new JsonException("something follows the end of the document", null, null, null);
            }

            return node;
        }
        catch (JsonException e)
        {
            var line = (int)(e.LineNumber ?? 0) + 1;
            var column = (int)(e.BytePositionInLine ?? 0) + 1;
            problems.Add(new BoardProblem(file, line, column, "this is no valid JSON", Remedy(e.Message)));
            return null;
        }
    }

    private static string Remedy(string message) =>
        message.Contains("trailing comma", StringComparison.OrdinalIgnoreCase)
            ? "Remove the comma before the closing bracket"
        : message.Contains("'/' is an invalid start", StringComparison.Ordinal) ? "JSON has no comments: remove it"
        : message.Contains("depth", StringComparison.OrdinalIgnoreCase) ? "It is nested deeper than any board needs"
        : "Look for a missing comma, quote or bracket at or just before this place";

    private static JsonNode Read(ref Utf8JsonReader reader, string file, LineMap lines, int start)
    {
        var (line, column) = lines.Of((int)reader.TokenStartIndex + start);
        switch (reader.TokenType)
        {
            case JsonTokenType.StartObject:
                return ReadObject(ref reader, file, lines, start) with { Line = line, Column = column };
            case JsonTokenType.StartArray:
                var items = new List<JsonNode>();
                while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
                {
                    items.Add(Read(ref reader, file, lines, start));
                }

                return new JsonNode(file, line, column, JsonValueKind.Array) { Items = items };
            case JsonTokenType.String:
                return new JsonNode(file, line, column, JsonValueKind.String) { Text = reader.GetString() ?? "" };
            case JsonTokenType.Number:
                var number = reader.TryGetDouble(out var value) ? value : double.NaN;
                return new JsonNode(file, line, column, JsonValueKind.Number)
                {
                    Number = number,
                    Text = Encoding.UTF8.GetString(reader.ValueSpan),
                };
            case JsonTokenType.True:
                return new JsonNode(file, line, column, JsonValueKind.True);
            case JsonTokenType.False:
                return new JsonNode(file, line, column, JsonValueKind.False);
            default:
                return new JsonNode(file, line, column, JsonValueKind.Null);
        }
    }

    private static JsonNode ReadObject(ref Utf8JsonReader reader, string file, LineMap lines, int start)
    {
        var node = new JsonNode(file, 0, 0, JsonValueKind.Object);
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var name = reader.GetString() ?? "";
            if (node[name] is not null)
            {
                throw new JsonException(
                    $"'{name}' stands twice",
                    null,
                    lines.Of((int)reader.TokenStartIndex + start).Line - 1,
                    0
                );
            }

            reader.Read();
            node.Members.Add(new(name, Read(ref reader, file, lines, start)));
        }

        return node;
    }

    private sealed class LineMap
    {
        private readonly List<int> starts = [0];

        public LineMap(ReadOnlySpan<byte> bytes)
        {
            for (var i = 0; i < bytes.Length; i++)
            {
                if (bytes[i] == (byte)'\n')
                {
                    starts.Add(i + 1);
                }
            }
        }

        public (int Line, int Column) Of(int offset)
        {
            var found = starts.BinarySearch(offset);
            var line = found >= 0 ? found : ~found - 1;
            return (line + 1, offset - starts[line] + 1);
        }
    }
}
