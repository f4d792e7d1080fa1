using System.Text.RegularExpressions;
using Holdfast.Firmware.CommandLine;
using Holdfast.Testing;
using Xunit;

namespace Holdfast.Firmware.Tests.Docs;

/// <summary>Every command line in the documents is one that the program understands; every command is in the documents.</summary>
public sealed partial class CommandsInDocumentsTests
{
    private static readonly Terminal Nowhere = new(TextWriter.Null, TextWriter.Null, false);

    public static TheoryData<string> Lines() => [.. Documents.Files().SelectMany(LinesOf).Distinct()];

    [Theory]
    [MemberData(nameof(Lines))]
    public void Every_line_is_understood(string line) =>
        Assert.Empty(Cli.Parse(line.Split(' ', StringSplitOptions.RemoveEmptyEntries)[1..], Nowhere).Errors);

    [Fact]
    public void There_are_lines_for_every_command()
    {
        var root = Cli.Parse([], Nowhere).RootCommandResult.Command;
        var shown = Documents
            .Files()
            .SelectMany(LinesOf)
            .Select(line => line.Split(' ')[1])
            .ToHashSet(StringComparer.Ordinal);
        Assert.Empty(root.Children.OfType<global::System.CommandLine.Command>().Select(c => c.Name).Except(shown));
    }

    [Fact]
    public void Every_option_is_in_the_document_of_the_command_line()
    {
        var text = File.ReadAllText(SourceTree.PathOf("docs/command-line.md"));
        var root = Cli.Parse([], Nowhere).RootCommandResult.Command;
        var options = All(root).SelectMany(command => command.Options).Where(option => !option.Hidden);
        Assert.All(
            options.Select(o => o.Name).Except(["--version"]),
            name => Assert.Contains(name, text, StringComparison.Ordinal)
        );
    }

    private static IEnumerable<global::System.CommandLine.Command> All(global::System.CommandLine.Command command) =>
        command.Subcommands.SelectMany(All).Prepend(command);

    /// <summary>The lines that run the program, without what the shell makes of the rest.</summary>
    private static IEnumerable<string> LinesOf(string file) =>
        Documents
            .Blocks(file, "")
            .SelectMany(block => block.Split('\n'))
            .Select(line => Run().Match(line))
            .Where(match => match.Success)
            .Select(match => match.Groups[1].Value.Trim());

    [GeneratedRegex(@"^\s*(?:\$ |if ! )?(holdfast(?: [^|>;#]*)?)(?:[|>;#].*)?$")]
    private static partial Regex Run();
}
