using System.CommandLine;
using Holdfast.Firmware.Boards;

namespace Holdfast.Firmware.CommandLine;

/// <summary><c>holdfast check BOARD</c>: says what is wrong with a board file, by line, with a remedy.</summary>
internal static class CheckCommand
{
    public static Command Create(Terminal terminal)
    {
        var board = new Argument<string>("BOARD")
        {
            Description = "The board file, or the name of a board that comes with the program",
        };
        var command = new Command("check", "Say what is wrong with a board file") { board };
        command.SetAction(parsed => BoardReport.Write(terminal, BoardLoader.Load(parsed.GetValue(board)!)));
        return command;
    }
}
