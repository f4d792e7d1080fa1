using Holdfast.Firmware.Boards;

namespace Holdfast.Firmware.CommandLine;

/// <summary>Tells what is wrong with a board, or that nothing is.</summary>
internal static class BoardReport
{
    /// <summary>What does not fit on a few screens is not read.</summary>
    private const int ShownMax = 50;

    public static int Write(Terminal terminal, BoardResult result)
    {
        foreach (var problem in result.Problems.Take(ShownMax))
        {
            terminal.Error.WriteLine(problem);
        }

        if (result.Board is not { } board)
        {
            var problems = result.Problems.Count == 1 ? "1 problem" : $"{result.Problems.Count} problems";
            terminal.Error.WriteLine($"{problems} found. The board cannot be used.");
            return ExitCode.Usage;
        }

        terminal.Output.WriteLine(
            $"{board.Title}: {board.Nodes.Count} nodes in {board.Zones.Count} zones. The board is good."
        );
        return ExitCode.Ok;
    }
}
