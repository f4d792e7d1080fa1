using System.Buffers;
using System.Globalization;
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
        if (NotText(bytes) is { } wrong)
        {
            problems.Add(wrong with { File = file });
            return null;
        }

        var start = bytes.StartsWith(Encoding.UTF8.Preamble) ? Encoding.UTF8.Preamble.Length : 0;
        var source = new Source(file, new LineMap(bytes), start, problems);
        var reader = new Utf8JsonReader(bytes[start..], new JsonReaderOptions { MaxDepth = 16 });
        try
        {
            reader.Read();
            var node = Read(ref reader, source);
            // Throws on whatever follows.
            reader.Read();
            return node;
        }
        catch (JsonException e)
        {
            var line = (int)(e.LineNumber ?? 0) + 1;
            var column = (int)(e.BytePositionInLine ?? 0) + 1;
            problems.Add(new BoardProblem(file, line, column, "this is no valid JSON", Remedy(e.Message)));
            return null;
        }
        catch (InvalidOperationException)
        {
            problems.Add(
                source
                    .At(ref reader, JsonValueKind.String)
                    .Problem(
                        "this text holds half a character",
                        "Correct the \\u escape, or write the character itself"
                    )
            );
            return null;
        }
    }

    /// <summary>What is wrong with bytes that are no UTF-8 text; null: nothing.</summary>
    private static BoardProblem? NotText(ReadOnlySpan<byte> bytes)
    {
        const string Remedy = "Save the file again as UTF-8";
        if (bytes.Trim(" \t\r\n\0"u8).IsEmpty)
        {
            return new BoardProblem("", 0, 0, "the file is empty", "Write a board into it, or name another file");
        }

        if (bytes is [0xFF, 0xFE, ..] or [0xFE, 0xFF, ..])
        {
            return new BoardProblem("", 0, 0, "the file is UTF-16", Remedy);
        }

        for (var at = 0; at < bytes.Length; )
        {
            if (Rune.DecodeFromUtf8(bytes[at..], out _, out var length) != OperationStatus.Done)
            {
                var (line, column) = new LineMap(bytes).Of(at);
                return new BoardProblem("", line, column, "this is not UTF-8", Remedy);
            }

            at += length;
        }

        return null;
    }

    private static string Remedy(string message) =>
        message.Contains("trailing comma", StringComparison.OrdinalIgnoreCase)
            ? "Remove the comma before the closing bracket"
        : message.StartsWith("'/' is ", StringComparison.Ordinal) ? "JSON has no comments: remove it"
        : message.Contains("should be closed", StringComparison.Ordinal)
            ? "A bracket is not closed: look at the file's end"
        : message.Contains("depth", StringComparison.OrdinalIgnoreCase) ? "It is nested deeper than any board needs"
        : "Look for a missing comma, quote or bracket at or just before this place";

    private static JsonNode Read(ref Utf8JsonReader reader, Source source)
    {
        switch (reader.TokenType)
        {
            case JsonTokenType.StartObject:
                var parent = source.At(ref reader, JsonValueKind.Object);
                return parent with { Members = ReadMembers(ref reader, source) };
            case JsonTokenType.StartArray:
                var list = source.At(ref reader, JsonValueKind.Array);
                var items = new List<JsonNode>();
                while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
                {
                    items.Add(Read(ref reader, source));
                }

                return list with
                {
                    Items = items,
                };
            case JsonTokenType.String:
                return source.At(ref reader, JsonValueKind.String) with { Text = reader.GetString() ?? "" };
            case JsonTokenType.Number:
                return source.At(ref reader, JsonValueKind.Number) with
                {
                    Number = reader.TryGetDouble(out var value) ? value : double.NaN,
                    Text = Encoding.UTF8.GetString(reader.ValueSpan),
                };
            case JsonTokenType.True:
                return source.At(ref reader, JsonValueKind.True);
            case JsonTokenType.False:
                return source.At(ref reader, JsonValueKind.False);
            default:
                return source.At(ref reader, JsonValueKind.Null);
        }
    }

    private static List<KeyValuePair<string, JsonNode>> ReadMembers(ref Utf8JsonReader reader, Source source)
    {
        var members = new OrderedDictionary<string, JsonNode>(StringComparer.Ordinal);
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var key = source.At(ref reader, JsonValueKind.String) with { Text = reader.GetString() ?? "" };
            reader.Read();
            var value = Read(ref reader, source);
            if (!members.TryAdd(key.Text, value))
            {
                var first = members[key.Text].Line.ToString(CultureInfo.InvariantCulture);
                source.Problems.Add(
                    key.Problem($"\"{key.Text}\" stands twice, first in line {first}", "Remove one of them")
                );
            }
        }

        return [.. members];
    }

    /// <summary>What is read, and where the reader is in it.</summary>
    /// <param name="Start">Bytes before the reader's first.</param>
    private sealed record Source(string File, LineMap Lines, int Start, List<BoardProblem> Problems)
    {
        public JsonNode At(ref Utf8JsonReader reader, JsonValueKind kind)
        {
            var (line, column) = Lines.Of((int)reader.TokenStartIndex + Start);
            return new JsonNode(File, line, column, kind);
        }
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
