using Holdfast.Firmware.CommandLine;
using Holdfast.Firmware.Tests.Boards;
using Xunit;

namespace Holdfast.Firmware.Tests.CommandLine;

public sealed class CheckTests : IDisposable
{
    private readonly BoardFolder folder = new();

    [Fact]
    public async Task A_good_board_is_said_to_be_good()
    {
        var run = await CommandRun.OfAsync("check", "sim");
        Assert.Equal((ExitCode.Ok, ""), (run.ExitCode, run.Error));
        Assert.Equal("Simulated container: 16 nodes in 4 zones. The board is good.\n", run.Output);
    }

    [Fact]
    public async Task A_bad_board_is_told_problem_by_problem()
    {
        var text = BoardFolder.Replace("\"shed\"", "\"Shed\"").Replace("temp1", "in1", StringComparison.Ordinal);
        var board = folder.Write("bad.json", text);
        var run = await CommandRun.OfAsync("check", board);
        Assert.Equal((ExitCode.Usage, ""), (run.ExitCode, run.Output));
        var lines = run.Error.TrimEnd('\n').Split('\n');
        Assert.StartsWith(
            $"{board}:2:23: \"rack\" cannot be \"Shed\". Use 1 to 63",
            lines[0],
            StringComparison.Ordinal
        );
        Assert.StartsWith($"{board}:5:", lines[1], StringComparison.Ordinal);
        Assert.Equal("2 problems found. The board cannot be used.", lines[2]);
    }

    [Fact]
    public async Task The_appliance_does_not_start_on_a_bad_board()
    {
        var run = await CommandRun.OfAsync("run", "--board", folder.PathOf("none.json"));
        Assert.Equal(ExitCode.Usage, run.ExitCode);
        Assert.Contains(
            "there is no such board file. Name a file, or one of: sim",
            run.Error,
            StringComparison.Ordinal
        );
    }

    [Fact]
    public async Task Of_very_many_problems_the_first_fifty_are_shown()
    {
        var keys = string.Concat(Enumerable.Range(0, 200).Select(i => $"\"key-{i}\": {i},\n"));
        var board = folder.Write("bad.json", BoardFolder.Replace("\"board\": 1,", keys + "\"board\": 1,"));
        var run = await CommandRun.OfAsync("check", board);
        Assert.Equal(51, run.Error.TrimEnd('\n').Split('\n').Length);
        Assert.EndsWith("200 problems found. The board cannot be used.\n", run.Error, StringComparison.Ordinal);
    }

    public void Dispose() => folder.Dispose();
}
