using System.Text.RegularExpressions;
using Holdfast.Testing;

namespace Holdfast.Firmware.Tests;

/// <summary>What the documents show in their blocks of code.</summary>
internal static partial class Documents
{
    public static IEnumerable<string> Files() =>
        Directory.EnumerateFiles(SourceTree.PathOf("docs"), "*.md").Prepend(SourceTree.PathOf("README.md"));

    /// <param name="language">What stands behind the opening fence; empty: none.</param>
    public static IEnumerable<string> Blocks(string file, string language) =>
        Fence()
            .Matches(File.ReadAllText(file))
            .Where(match => match.Groups[1].Value == language)
            .Select(match => match.Groups[2].Value);

    /// <summary>The example of docs/boards.md that stands alone.</summary>
    public static string CompleteBoard() =>
        Blocks(SourceTree.PathOf("docs/boards.md"), "json")
            .Single(block => block.Contains("\"rack\": \"farm-3\"", StringComparison.Ordinal));

    [GeneratedRegex("^```([a-z]*)\\n(.*?)^```", RegexOptions.Multiline | RegexOptions.Singleline)]
    private static partial Regex Fence();
}
