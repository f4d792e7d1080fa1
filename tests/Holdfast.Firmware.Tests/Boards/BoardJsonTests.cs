using System.Text;
using Holdfast.Firmware.Boards;
using Xunit;

namespace Holdfast.Firmware.Tests.Boards;

/// <summary>Files that are no board at all: the message names the file, the line, and what to do.</summary>
public sealed class BoardJsonTests : IDisposable
{
    private readonly BoardFolder folder = new();

    [Theory]
    [InlineData("\"rack\": \"shed\",", "\"rack\": \"shed\"", 3, "Look for a missing comma")]
    [InlineData("\"channel\": 1 }]", "\"channel\": 1 },]", 6, "Remove the comma before the closing bracket")]
    [InlineData("\"sensors\"", "// the inlet\n\"sensors\"", 5, "JSON has no comments")]
    [InlineData("\"channel\": 1", "\"channel\": 1 /* pwm1 */", 6, "JSON has no comments")]
    [InlineData("\"budget_w\": 500", "\"budget_w\": 0500", 3, "Look for")]
    [InlineData("\"rack\"", "'rack'", 2, "Look for")]
    [InlineData("\"air\", \"target_c\"", "\"air, \"target_c\"", 4, "Look for")]
    [InlineData("1,", "[[[[[[[[[[[[[[[[[[[[1]]]]]]]]]]]]]]]]]]]],", 2, "nested deeper")]
    public void Broken_json_is_told_by_line(string replace, string with, int line, string remedy)
    {
        var problem = folder.Problem(replace, with);
        Assert.Equal("this is no valid JSON", problem.What);
        Assert.Equal(line, problem.Line);
        Assert.StartsWith(
            remedy,
            problem.Remedy.Replace("It is ", "", StringComparison.Ordinal),
            StringComparison.Ordinal
        );
    }

    [Fact]
    public void Something_behind_the_end_is_told() =>
        Assert.Equal(12, Assert.Single(folder.Load(BoardFolder.Good + "\n{}").Problems).Line);

    [Fact]
    public void A_file_that_ends_early_is_told_at_its_end()
    {
        var problem = Assert.Single(folder.Load(BoardFolder.Good[..^2]).Problems);
        Assert.Equal((10, "A bracket is not closed: look at the file's end"), (problem.Line, problem.Remedy));
    }

    [Fact]
    public void A_key_that_stands_twice_is_told_with_both_lines()
    {
        var problem = folder.Problem("\"nodes\": [", "\"rack\": \"barn\",\n\"nodes\": [");
        Assert.Equal((7, "\"rack\" stands twice, first in line 2", "Remove one of them"), Told(problem));
    }

    [Fact]
    public void Half_a_character_is_told()
    {
        var problem = folder.Problem("\"shed\"", "\"\\ud800\"");
        Assert.Equal((2, "this text holds half a character"), (problem.Line, problem.What));
    }

    [Fact]
    public void Bytes_that_are_not_utf8_are_told_by_line()
    {
        var text = Encoding.Latin1.GetBytes(BoardFolder.Replace("the breaker", "the s\u00fcd breaker"));
        var problem = Assert.Single(BoardLoader.Load(folder.Write("board.json", text)).Problems);
        Assert.Equal((3, "this is not UTF-8", "Save the file again as UTF-8"), Told(problem));
    }

    [Fact]
    public void A_file_in_utf16_is_told()
    {
        byte[] text = [.. Encoding.Unicode.Preamble, .. Encoding.Unicode.GetBytes(BoardFolder.Good)];
        var problem = Assert.Single(BoardLoader.Load(folder.Write("board.json", text)).Problems);
        Assert.Equal((0, "the file is UTF-16", "Save the file again as UTF-8"), Told(problem));
    }

    [Fact]
    public void A_byte_order_mark_and_carriage_returns_do_no_harm()
    {
        byte[] text =
        [
            .. Encoding.UTF8.Preamble,
            .. Encoding.UTF8.GetBytes(BoardFolder.Good.Replace("\n", "\r\n", StringComparison.Ordinal)),
        ];
        Assert.NotNull(BoardLoader.Load(folder.Write("board.json", text)).Board);
    }

    [Theory]
    [InlineData("")]
    [InlineData(" \n\n")]
    public void An_empty_file_is_told(string text) =>
        Assert.Equal("the file is empty", Assert.Single(folder.Load(text).Problems).What);

    [Theory]
    [InlineData("[]")]
    [InlineData("null")]
    [InlineData("7")]
    public void A_document_that_is_no_object_is_told(string text) =>
        Assert.Equal("the board must be an object in { }", Assert.Single(folder.Load(text).Problems).What);

    [Fact]
    public void A_file_that_is_not_there_is_told_with_the_boards_there_are()
    {
        var problem = Assert.Single(BoardLoader.Load(folder.PathOf("none.json")).Problems);
        Assert.Equal("there is no such board file", problem.What);
        Assert.Contains("sim", problem.Remedy, StringComparison.Ordinal);
        Assert.StartsWith(folder.PathOf("none.json") + ": there", problem.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void A_folder_is_told()
    {
        Directory.CreateDirectory(folder.PathOf("boards"));
        Assert.Equal("this is a folder", Assert.Single(BoardLoader.Load(folder.PathOf("boards")).Problems).What);
    }

    [Fact]
    public void A_file_larger_than_a_mebibyte_is_not_read()
    {
        var problem = Assert.Single(folder.Load(new string(' ', 1024 * 1024) + "{}").Problems);
        Assert.Contains("longer than 1048576 bytes", problem.What, StringComparison.Ordinal);
    }

    [Fact]
    public void A_device_that_never_ends_is_not_read_to_its_end()
    {
        if (!File.Exists("/dev/zero"))
        {
            Assert.Skip("/dev/zero is not there (it is on Linux)");
        }

        Assert.Contains(
            "longer than",
            Assert.Single(BoardLoader.Load("/dev/zero").Problems).What,
            StringComparison.Ordinal
        );
    }

    [Fact]
    public void The_message_starts_with_file_line_and_column_as_editors_know_it()
    {
        var problem = folder.Problem("\"shed\"", "\"Shed\"");
        Assert.StartsWith(
            $"{folder.Main}:2:23: \"rack\" cannot be \"Shed\". Use 1 to",
            problem.ToString(),
            StringComparison.Ordinal
        );
    }

    public void Dispose() => folder.Dispose();

    private static (int Line, string What, string Remedy) Told(BoardProblem problem) =>
        (problem.Line, problem.What, problem.Remedy);
}
